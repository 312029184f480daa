import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { httpErrors } from '#shared-kernel/http/http-errors.js';
import { messageOf, rawBodyOf } from '#shared-kernel/http/raw-request.js';
import type { Receipt } from '../commands/receipt.js';
import { ReceiveWebhook } from '../commands/receive-webhook.js';
import { rejectionError, webhookErrors } from '../errors.js';

const receiptView = z
  .object({
    webhookId: z.string(),
    eventId: z.string(),
    duplicate: z.boolean().meta({ description: 'True when the ids are those of the first one.' }),
  })
  .meta({ id: 'WebhookReceipt' });

/** `/hooks/{token}`: the address of a source. Answers once the webhook is stored with fsync. */
@Controller('hooks')
export class IngestController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':token')
  @Answers(
    { 202: receiptView, 200: receiptView },
    {
      summary: 'Send a webhook to a source',
      description:
        'Takes any content type. 202 when the webhook is stored, 200 when it was stored before or ' +
        'the provider only asked whether the address is ours.',
      scope: 'public',
      errors: [
        httpErrors.notFound,
        webhookErrors.signatureMissing,
        webhookErrors.signatureMalformed,
        webhookErrors.signatureMismatch,
        webhookErrors.timestampMissing,
        webhookErrors.timestampMalformed,
        webhookErrors.timestampStale,
        webhookErrors.noSecret,
      ],
      tags: ['Webhooks'],
      accepts: { '*/*': 'bytes' },
    },
  )
  async receive(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const receipt = await this.commands.execute(
      new ReceiveWebhook({ token, headers: request.headers, body: rawBodyOf(request) }),
    );
    const facts = messageOf(request)?.facts ?? {};
    facts['labels.provider'] = receipt.provider;
    facts['event.reason'] = receipt.outcome;
    switch (receipt.outcome) {
      case 'rejected':
        throw refusalOf(receipt.reason);
      case 'handshake': {
        const { status, contentType, body } = receipt.answer;
        await reply.status(status).header('content-type', contentType).send(body);
        return;
      }
      case 'accepted':
      case 'duplicate': {
        const { webhookId, eventId } = receipt;
        const duplicate = receipt.outcome === 'duplicate';
        facts['labels.event_id'] = eventId;
        await reply.status(duplicate ? 200 : 202).send({ webhookId, eventId, duplicate });
      }
    }
  }
}

/** Whether a source was ever here is nobody's business: its absence is that of any unknown path. */
function refusalOf(reason: Extract<Receipt, { outcome: 'rejected' }>['reason']): Error {
  if (reason === 'unknown-source') return httpErrors.notFound('There is nothing at this address.');
  return rejectionError(reason);
}
