import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { webhookErrors } from '../errors.js';
import { FindWebhooks, webhookStateSchema } from '../queries/find-webhooks.js';
import { GetWebhookBody } from '../queries/get-webhook-body.js';
import { GetWebhook } from '../queries/get-webhook.js';

const webhookView = webhookStateSchema
  .omit({ receivedAtMs: true })
  .extend({ receivedAt: z.iso.datetime() })
  .meta({ id: 'Webhook' });
const listQuery = z.object({
  ...pageQuery,
  sourceId: z.string().optional(),
  eventType: z
    .string()
    .optional()
    .meta({ examples: ['github.push'] }),
  deliveryId: z.string().optional().meta({ description: 'The provider’s id of the delivery.' }),
  receivedFrom: z.iso.datetime({ offset: true }).optional(),
  receivedBefore: z.iso.datetime({ offset: true }).optional(),
});
const tags = ['Webhooks'];

/** `/v1/webhooks`: what came in. */
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answers(
    { 200: pageSchema(webhookView) },
    { summary: 'List webhooks, newest first', scope: 'viewer', tags },
  )
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const { cursor, receivedFrom, receivedBefore, ...filter } = query;
    const page = await this.queries.execute(
      new FindWebhooks({
        ...filter,
        tenant,
        before: cursor === undefined ? undefined : String(cursor),
        receivedFromMs: receivedFrom === undefined ? undefined : Date.parse(receivedFrom),
        receivedBeforeMs: receivedBefore === undefined ? undefined : Date.parse(receivedBefore),
      }),
    );
    return { ...page, items: page.items.map(viewOf) };
  }

  @Get(':id')
  @Answers(
    { 200: webhookView },
    { summary: 'Read a webhook', scope: 'viewer', errors: [webhookErrors.webhookNotFound], tags },
  )
  async read(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    return viewOf(await this.queries.execute(new GetWebhook({ tenant, id })));
  }

  @Get(':id/body')
  @Answers(
    { 200: { mediaType: '*/*', description: 'The exact bytes, with the sender’s content type.' } },
    {
      summary: 'Read the body of a webhook',
      scope: 'viewer',
      errors: [webhookErrors.webhookNotFound],
      tags,
    },
  )
  async body(
    @Param('id') id: string,
    @Caller() { tenant }: ApiCaller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { contentType, bytes } = await this.queries.execute(new GetWebhookBody({ tenant, id }));
    // A stranger wrote these bytes: no browser may run them in our origin.
    await reply
      .header('content-type', contentType ?? 'application/octet-stream')
      .header('content-disposition', 'attachment')
      .header('x-content-type-options', 'nosniff')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}

function viewOf({ receivedAtMs, ...state }: z.infer<typeof webhookStateSchema>) {
  return { ...state, receivedAt: isoTime(receivedAtMs) };
}
