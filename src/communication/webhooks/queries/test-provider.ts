import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { headerNameSchema } from '../domain/headers.js';
import { type KnownProvider, Providers } from '../domain/known-provider.js';
import { ProviderServers } from '../domain/provider-servers.js';
import { rejectionReasons } from '../domain/rejection-reason.js';
import type { ReadRequest } from '../domain/source-scheme.js';
import { webhookErrors } from '../errors.js';

/** A request that a provider sent, as far as it is known, and what the source would hold. */
export const providerTestInput = z.strictObject({
  provider: z.string().optional().meta({ description: 'A name; left out with a definition.' }),
  definition: z.record(z.string(), z.unknown()).optional().meta({
    description: 'A definition that need not be stored.',
  }),
  settings: z.record(z.string(), z.unknown()).optional(),
  secrets: z.array(z.string().min(1).max(4_000)).min(1).max(10),
  request: z.strictObject({
    method: z.string().max(20).optional(),
    url: z.url().max(2_000).optional().meta({ description: 'The address with its query.' }),
    headers: z.record(headerNameSchema, z.string().max(16_384)),
    body: z.string().optional().meta({ description: 'As text in UTF-8.' }),
    bodyBase64: z.base64().optional().meta({ description: 'In place of body, any bytes.' }),
  }),
  at: z.iso.datetime({ offset: true }).optional().meta({
    description: 'When the request came, which its time is compared with; now when absent.',
  }),
});

/** What a provider makes of a sample request. Nothing is stored, and nothing is confirmed. */
export class TestProvider extends defineQuery({
  name: 'webhooks.test-provider',
  input: providerTestInput.extend({ tenant: z.string() }),
  result: z.strictObject({
    verdict: z.enum(['verified', 'rejected', 'handshake']),
    reason: z.enum(rejectionReasons).nullable(),
    /** The texts that may be signed, with `{secret}` in place of the secret. */
    signed: z.array(z.strictObject({ text: z.string().nullable(), base64: z.string() })),
    answer: z.record(z.string(), z.unknown()).nullable(),
    eventType: z.string(),
    deliveryId: z.string().nullable(),
    flags: z.array(z.string()),
  }),
}) {}

type Outcome = Pick<z.infer<typeof TestProvider.contract.result>, 'verdict' | 'reason' | 'answer'>;

@QueryHandler(TestProvider)
export class TestProviderHandler implements IQueryHandler<TestProvider> {
  constructor(
    private readonly providers: Providers,
    private readonly servers: ProviderServers,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: TestProvider) {
    const provider = await this.providerOf(input);
    const settings = provider.settingsOf(input.settings ?? null);
    const secrets = input.secrets.map((value, index) => {
      const fault = provider.secretFault(value, settings);
      if (fault === null) return { id: `${index}`, value, createdAtMs: 0, expiresAtMs: null };
      const fields = [{ path: `secrets.${index}`, fault }];
      throw webhookErrors.invalidSecret(`The secret ${fault}.`, { fields });
    });
    const { body = '', bodyBase64, ...request } = input.request;
    const bytes = Buffer.from(bodyBase64 ?? body, bodyBase64 === undefined ? 'utf8' : 'base64');
    const source = { secrets, settings };
    const read = provider.schemeFor(settings).read({ ...request, body: bytes }, source);
    const nowMs = input.at === undefined ? this.clock.now() : Date.parse(input.at);
    const { eventType, deliveryId, flags } = read.describe();
    return {
      ...(await this.outcomeOf(read, nowMs)),
      signed: read.signedTexts().map(shown),
      eventType,
      deliveryId,
      flags: [...flags],
    };
  }

  private async outcomeOf(read: ReadRequest, nowMs: number): Promise<Outcome> {
    const asked = read.handshake(false);
    if (asked !== null) return { verdict: 'handshake', reason: null, answer: { ...asked.answer } };
    const wanted = read.wantedKeys();
    const keys = wanted === null ? [] : await this.servers.keysFor(wanted);
    const verification = read.verify(nowMs, keys);
    if (verification.verdict === 'rejected') {
      return { verdict: 'rejected', reason: verification.reason, answer: null };
    }
    const reply = read.handshake(true);
    if (reply !== null) return { verdict: 'handshake', reason: null, answer: { ...reply.answer } };
    return { verdict: 'verified', reason: null, answer: null };
  }

  private async providerOf(input: TestProvider['input']): Promise<KnownProvider> {
    if (input.definition === undefined) {
      return this.providers.byName(input.tenant, input.provider ?? '');
    }
    return this.providers.draft(input.definition);
  }
}

function shown(bytes: Uint8Array): { text: string | null; base64: string } {
  const base64 = Buffer.from(bytes).toString('base64');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), base64 };
  } catch {
    return { text: null, base64 };
  }
}
