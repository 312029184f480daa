import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Matchers, MessageProviderPact, Pact, SpecificationVersion } from '@pact-foundation/pact';
import { DeliveryExhausted } from '#communication/deliveries/contracts/delivery-exhausted.event.js';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { WebhookReceived } from '#communication/webhooks/contracts/webhook-received.event.js';
import type { EventContract } from '#shared-kernel/contracts/event-contract.js';

// The package would otherwise report its use to its makers.
process.env['PACT_DO_NOT_TRACK'] = 'true';

const { like, eachLike, string } = Matchers;

/** What one module reads of another module's event, and nothing more. */
interface MessagePact {
  readonly consumer: string;
  readonly provider: string;
  readonly contract: EventContract;
  readonly reads: object;
}

const pacts: readonly MessagePact[] = [
  {
    consumer: 'event-processing',
    provider: 'webhooks',
    contract: WebhookReceived.contract as EventContract,
    reads: { sourceId: string('src_1') },
  },
  {
    consumer: 'event-processing',
    provider: 'deliveries',
    contract: DeliveryExhausted.contract as EventContract,
    reads: { deliveryId: string('dlv_1'), endpointId: string('end_1') },
  },
  {
    consumer: 'deliveries',
    provider: 'event-processing',
    contract: RuleMatched.contract as EventContract,
    reads: {
      eventId: string('evt_1'),
      ruleId: string('rul_1'),
      actions: eachLike({ kind: like('deliver'), endpointId: string('end_1') }),
    },
  },
  {
    consumer: 'notifications',
    provider: 'event-processing',
    contract: RuleMatched.contract as EventContract,
    reads: {
      eventId: string('evt_1'),
      ruleId: string('rul_1'),
      ruleName: string('pushes to main'),
      actions: eachLike({ kind: like('deliver') }),
    },
  },
];

describe('message pacts between modules', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-pacts-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(pacts)('$consumer states what it reads of $provider', async (one) => {
    const { consumer, provider, contract, reads } = one;
    const pact = new Pact({
      consumer,
      provider,
      dir: folder,
      spec: SpecificationVersion.SPECIFICATION_VERSION_V4,
      logLevel: 'error',
    });
    let received: unknown;
    await pact
      .addAsynchronousInteraction()
      .expectsToReceive(titleOf(contract), (message) => {
        message.withJSONContent(reads);
      })
      .executeTest(async ({ contents }) => {
        received = contents.content;
      });
    expect(received).toBeDefined();
  });

  it('every provider keeps every pact with the documents that its contract shows', async () => {
    expect(readdirSync(folder)).toHaveLength(pacts.length);
    for (const provider of new Set(pacts.map((pact) => pact.provider))) {
      const own = pacts.filter((pact) => pact.provider === provider);
      const verifier = new MessageProviderPact({
        provider,
        logLevel: 'error',
        pactUrls: own.map(({ consumer }) => join(folder, `${consumer}-${provider}.json`)),
        messageProviders: Object.fromEntries(
          own.map(({ contract }) => [
            titleOf(contract),
            () => Promise.resolve(contract.examples[0]),
          ]),
        ),
      });
      await verifier.verify();
    }
  });

  it('notices a provider that no longer sends what is read', async () => {
    const { ruleId: _ruleId, ...without } = RuleMatched.contract.examples[0] ?? {};
    const verifier = new MessageProviderPact({
      provider: 'event-processing',
      logLevel: 'error',
      pactUrls: [join(folder, 'deliveries-event-processing.json')],
      messageProviders: {
        [titleOf(RuleMatched.contract as EventContract)]: () => Promise.resolve(without),
      },
    });
    await expect(verifier.verify()).rejects.toThrow();
  });
});

function titleOf({ name, version }: EventContract): string {
  return `${name} v${version}`;
}
