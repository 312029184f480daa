import { Controller, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { rawBodyOf } from '#shared-kernel/http/raw-request.js';
import { PublishEvents } from '../commands/publish-events.js';
import { eventErrors } from '../errors.js';

const publishedView = PublishEvents.contract.result.meta({ id: 'PublishedEvents' });
/** For the API reference: the body is read by the rules of CloudEvents, not by this schema. */
const cloudEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string().meta({ examples: ['/shop/orders'] }),
    type: z.string().meta({ examples: ['order.paid'] }),
    subject: z.string().optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.string().optional(),
    dataschema: z.string().optional(),
    data: z.unknown().optional(),
    data_base64: z.string().optional(),
  })
  .meta({ id: 'CloudEvent' });

/** `POST /v1/events`: takes CloudEvents 1.0 in all modes of their HTTP binding. */
@Controller('v1/events')
export class PublishingController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Answers(
    { 202: publishedView },
    {
      summary: 'Publish events',
      description:
        'One CloudEvent, a batch, or any body with `ce-*` headers. Answers when all are stored; ' +
        'an event whose source and id are known is not stored again.',
      scope: 'publisher',
      errors: [eventErrors.invalidCloudEvent],
      tags: ['Events'],
      accepts: {
        'application/cloudevents+json': cloudEvent,
        'application/cloudevents-batch+json': z.array(cloudEvent),
        'application/json': cloudEvent,
        '*/*': 'bytes',
      },
    },
  )
  publish(@Req() request: FastifyRequest, @Caller() { tenant }: ApiCaller) {
    const { headers } = request;
    return this.commands.execute(new PublishEvents({ tenant, headers, body: rawBodyOf(request) }));
  }
}
