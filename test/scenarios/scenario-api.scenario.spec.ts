import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EndpointExists } from '#communication/deliveries/contracts/endpoint-exists.query.js';
import { CreateRule } from '#communication/event-processing/commands/create-rule.js';
import { EventProcessingModule } from '#communication/event-processing/event-processing.module.js';
import { WebhookOfEvent } from '#communication/webhooks/contracts/webhook-of-event.query.js';
import { codeBlocks } from '../docs/documents.ts';
import { answers } from '../support/scenario/contract-stubs.ts';
import { scenario } from '../support/scenario/scenario.ts';
import { exampleOf } from '../support/scenario/schema-example.ts';
import { mixedAcrossKeys, seededRandom } from '../support/scenario/seeded-random.ts';
import { echo, Echoed, echoModule, echoReaction, Said, say } from './echo-module.ts';

/** How the scenario failed, with ids and times that differ from run to run taken out. */
async function failureOf(verified: Promise<void>): Promise<string> {
  const error = await verified.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Error)) throw new Error('the scenario did not fail');
  return error.message
    .replaceAll(/evt_[0-9a-f]{32}/g, 'evt_…')
    .replaceAll(/due 2026[^ ]*/g, 'due …');
}

const deliver = { kind: 'deliver' as const, endpointId: `end_${'1'.repeat(32)}` };
const rule = { name: 'r', match: {}, actions: [deliver], state: 'enabled' as const };
const createRule = new CreateRule({ tenant: 'default', rule });

describe('a scenario that fails', () => {
  it('says what was missing, with which seed, and what led to what', async () => {
    const decide = (event: Said) => {
      if (event.data.n === 2) throw new TypeError('n is odd', { cause: new Error('the root') });
      return echo(event);
    };
    const failed = scenario(echoModule(decide))
      .when(say(1, 'a'), say(2, 'b'))
      .repeat({ seeds: 1, from: 7 })
      .then.expectEvent(Echoed, { n: 2 })
      .verify();
    expect(await failureOf(failed)).toBe(
      [
        'no echo.echoed v1 holds {"n":2}; there is 1:',
        '  {"key":"a","n":1}',
        '',
        'Seed 7. Run it alone with .repeat({ seeds: 1, from: 7 }).',
        '',
        'What happened:',
        'event echo.said v1 evt_… @1 {"key":"a","n":1}',
        `└─ reaction ${echoReaction}: ok`,
        '   └─ event echo.echoed v1 evt_… @3 {"key":"a","n":1}',
        'event echo.said v1 evt_… @2 {"key":"b","n":2}',
        `├─ reaction ${echoReaction}: failed internal: n is odd <- the root`,
        `└─ parked for ${echoReaction} after 1 tries, due … (internal: n is odd)`,
      ].join('\n'),
    );
  });

  it('shows commands with what they asked of neighbours', async () => {
    const neighbours = [answers(EndpointExists, false)];
    const failed = scenario(EventProcessingModule, { neighbours }).when(createRule).then.verify();
    expect(await failureOf(failed)).toMatch(
      /^refused with event-processing\.unknown-endpoint: [^]*\ncommand event-processing\.create-rule: failed event-processing\.unknown-endpoint: .*\n└─ query deliveries\.endpoint-exists: ok$/,
    );
  });

  it.each([
    ['an event nobody expected', (s: Story) => s.andNoOther('echo.*'), 'nothing else of echo.*'],
    ['an event of which there is one', twice, 'no further echo.echoed v1 holds'],
    ['a parked event that is not there', parked, `${echoReaction} has parked nothing with x.y`],
    ['a refusal that did not come', (s: Story) => s.expectError('x.y'), 'was refused with x.y'],
    ['a message that was not sent', sent, 'deliveries.endpoint-exists was not sent with'],
  ])('for %s says so', async (_what, expecting, message) => {
    const story = scenario(echoModule()).when(say(1)).then;
    expect(await failureOf(expecting(story).verify())).toContain(message);
  });

  it('for an event that was put aside and never expected says so', async () => {
    const decide = () => Promise.reject(new Error('no'));
    const failed = scenario(echoModule(decide)).when(say(1)).then.andNoOther('*').verify();
    expect(await failureOf(failed)).toMatch(
      /^events were put aside .*\n .* is parked: internal no/,
    );
  });

  it('finds an effect outside of the store that a crash makes happen twice', async () => {
    const outside: number[] = [];
    const decide = (event: Said) => {
      outside.push(event.data.n);
      return echo(event);
    };
    const failed = scenario(echoModule(decide))
      .when(say(1))
      .withFaults({ crash: ['after-handler'] })
      .repeat({ seeds: 3 })
      .then.expectThat(() => expect(outside.splice(0)).toEqual([1]))
      .verify();
    expect(await failureOf(failed)).toContain('Seed 1, crash after-handler at 1.');
  });
});

type Story = ReturnType<typeof scenario>['then'];

function twice(story: Story): Story {
  return story.expectEvent(Echoed, { n: 1 }).expectEvent(Echoed, { n: 1 });
}

function parked(story: Story): Story {
  return story.expectParked(echoReaction, 'x.y');
}

function sent(story: Story): Story {
  return story.expectSent(EndpointExists);
}

describe('scenarios', () => {
  it('do not see each other when they run at once', async () => {
    const one = (n: number) =>
      scenario(echoModule()).when(say(n)).then.expectEvent(Echoed, { n }).andNoOther('*').verify();
    await Promise.all([1, 2, 3].map(one));
  });

  it('refuse answers that the contract of the neighbour does not allow', async () => {
    const wrong = answers(EndpointExists, 'perhaps' as never);
    await scenario(EventProcessingModule, { neighbours: [wrong] })
      .when(createRule)
      .then.expectError('contracts.violated')
      .verify();
  });

  it('refuse an answer for a message that the modules handle themselves', async () => {
    const own = answers(CreateRule, () => {
      throw new Error('never asked');
    });
    const failed = scenario(EventProcessingModule, { neighbours: [own] })
      .when(createRule)
      .then.verify();
    expect(await failureOf(failed)).toContain('create-rule is no contract of a neighbour');
  });

  it('refuse to have proven something when no crash was met', async () => {
    const failed = scenario(echoModule())
      .when()
      .withFaults({ crash: ['after-commit'] })
      .then.andNoOther('*')
      .verify();
    expect(await failureOf(failed)).toContain('no seed of 1 met a crash after-commit');
  });
});

describe('chance', () => {
  it('comes out the same for the same seed, and differs between seeds', () => {
    const row = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 8 }, () => random(1_000));
    };
    expect(row(3)).toEqual(row(3));
    expect(row(3)).not.toEqual(row(4));
  });

  it('mixes keys and keeps the order within each', () => {
    const items = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'];
    const mixed = (seed: number) => mixedAcrossKeys(items, (item) => item[0]!, seededRandom(seed));
    const orders = new Set(Array.from({ length: 20 }, (_unused, seed) => mixed(seed).join(' ')));
    expect(orders.size).toBeGreaterThan(5);
    for (const order of orders) {
      expect(order.match(/a\d/g)).toEqual(['a1', 'a2', 'a3']);
      expect(order.match(/b\d/g)).toEqual(['b1', 'b2', 'b3']);
    }
  });
});

it('an answer is derived from the schema of the contract', () => {
  const { name, result } = WebhookOfEvent.contract;
  expect(exampleOf(result, name)).toEqual({
    id: 'x',
    sourceId: 'x',
    provider: 'x',
    deliveryId: 'x',
    flags: [],
    bodyBytes: 0,
    receivedAtMs: 0,
  });
});

it('every example of the guide stands in a scenario that runs', () => {
  const sources = readdirSync('test/scenarios').map((file) =>
    readFileSync(join('test/scenarios', file), 'utf8'),
  );
  const withoutLayout = (text: string) => text.replaceAll(/\s+/g, '');
  const blocks = codeBlocks('docs/guides/test-your-module.md', 'ts');
  expect(blocks).toHaveLength(3);
  for (const block of blocks) {
    const example = withoutLayout(block).replace(/;$/, '');
    expect(sources.some((source) => withoutLayout(source).includes(example))).toBe(true);
  }
});
