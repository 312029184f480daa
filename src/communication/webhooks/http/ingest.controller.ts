import { Controller, Get, Head, Options, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { httpErrors } from '#shared-kernel/http/http-errors.js';
import { messageOf, rawBodyOf } from '#shared-kernel/http/raw-request.js';
import { PerformHandshake } from '../commands/perform-handshake.js';
import type { Receipt, ReceiptAnswer } from '../commands/receipt.js';
import { ReceiveWebhook } from '../commands/receive-webhook.js';
import { rejectionError, webhookErrors } from '../errors.js';

const receiptView = z
  .object({
    webhookId: z.string(),
    eventId: z.string(),
    duplicate: z.boolean().meta({ description: 'True when the ids are those of the first one.' }),
  })
  .meta({ id: 'WebhookReceipt' });

const tags = ['Webhooks'];
const handshakeText = { mediaType: '*/*', description: 'What the provider wants to hear.' };
const handshakeErrors = [httpErrors.notFound, httpErrors.methodNotAllowed];

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
        'the provider only asked whether the address is ours; a source may choose another answer.',
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
        webhookErrors.addressNotAllowed,
        webhookErrors.rateLimited,
        webhookErrors.paused,
        webhookErrors.signingKeyUnavailable,
        webhookErrors.confirmationFailed,
        webhookErrors.providerMissing,
      ],
      tags,
      accepts: { '*/*': 'bytes' },
    },
  )
  async receive(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer(token, request, reply);
  }

  // HEAD stands first: Nest would answer it by the handler of GET.
  @Head(':token')
  @Answers(
    { 200: null },
    {
      summary: 'Ask whether an address exists',
      description: 'Answered only for providers that ask so.',
      scope: 'public',
      errors: handshakeErrors,
      tags,
    },
  )
  async askByHead(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer(token, request, reply);
  }

  @Get(':token')
  @Answers(
    { 200: handshakeText },
    {
      summary: 'Answer a challenge of the provider',
      description: 'Answered only for providers that ask so; whoever opens it otherwise gets 405.',
      scope: 'public',
      errors: handshakeErrors,
      tags,
    },
  )
  async ask(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer(token, request, reply);
  }

  @Options(':token')
  @Answers(
    { 200: null },
    {
      summary: 'Let a sender ask for permission',
      description: 'The abuse protection of CloudEvents, for providers that use it.',
      scope: 'public',
      errors: handshakeErrors,
      tags,
    },
  )
  async askByOptions(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer(token, request, reply);
  }

  private async answer(token: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { method, url, headers } = request;
    const receipt = await this.commands.execute(
      new ReceiveWebhook({
        token,
        method,
        url,
        address: request.ip,
        headers,
        body: rawBodyOf(request),
      }),
    );
    const facts = messageOf(request)?.facts ?? {};
    facts['labels.provider'] = receipt.provider;
    facts['event.reason'] = receipt.outcome;
    switch (receipt.outcome) {
      case 'rejected':
        if (receipt.quarantineId !== undefined) {
          facts['labels.quarantine_id'] = receipt.quarantineId;
        }
        if (receipt.allowed !== undefined) void reply.header('allow', receipt.allowed.join(', '));
        throw refusalOf(receipt);
      case 'handshake':
        await this.shakeHands(receipt, reply);
        return;
      case 'accepted':
      case 'duplicate': {
        const { webhookId, eventId, answer } = receipt;
        const duplicate = receipt.outcome === 'duplicate';
        facts['labels.event_id'] = eventId;
        if (answer !== null) {
          await sendAnswer(reply, answer);
          return;
        }
        await reply.status(duplicate ? 200 : 202).send({ webhookId, eventId, duplicate });
      }
    }
  }

  private async shakeHands(receipt: HandshakeReceipt, reply: FastifyReply): Promise<void> {
    const { tenant, sourceId, action, answer } = receipt;
    if (action !== null) {
      await this.commands.execute(new PerformHandshake({ tenant, sourceId, action }));
    }
    void reply.status(answer.status).headers(answer.headers);
    // A browser that is led here must not guess at what a stranger wrote.
    void reply.header('x-content-type-options', 'nosniff');
    // Bytes, so that nothing is added to the content type.
    await (answer.body === '' ? reply.send() : reply.send(Buffer.from(answer.body)));
  }
}

async function sendAnswer(
  reply: FastifyReply,
  { status, contentType, headers, body }: NonNullable<ReceiptAnswer>,
): Promise<void> {
  void reply.status(status).headers(headers).header('x-content-type-options', 'nosniff');
  // Bytes, so that nothing is added to the content type.
  if (body === '') await reply.send();
  else await reply.header('content-type', contentType).send(Buffer.from(body));
}

type HandshakeReceipt = Extract<Receipt, { outcome: 'handshake' }>;

/** Whether a source was ever here is nobody's business: its absence is that of any unknown path. */
function refusalOf({ reason, allowed = [] }: Extract<Receipt, { outcome: 'rejected' }>): Error {
  if (reason === 'unknown-source') return httpErrors.notFound('There is nothing at this address.');
  if (reason === 'method-not-allowed') {
    return httpErrors.methodNotAllowed(`This address takes ${allowed.join(', ')} only.`);
  }
  return rejectionError(reason);
}
