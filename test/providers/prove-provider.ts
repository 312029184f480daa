import { schemeOf } from '#communication/webhooks/domain/providers/registry.js';
import { pairValues, textAt } from '#communication/webhooks/domain/read-place.js';
import { RequestReader } from '#communication/webhooks/domain/request-reader.js';
import fc from 'fast-check';
import {
  arrived,
  type Draft,
  hookAddress,
  type Message,
  signedAtMs,
} from '../../tools/providers/message.ts';
import { type Mutation, mutations } from '../../tools/providers/mutations.ts';
import { startClock, stopClock } from '../../tools/providers/stopped-clock.ts';
import type { OutsideParty } from './outside-party.js';
import { proofTable } from './proof-table.js';
import { type OurSource, ourVerdict } from './signed-message.js';

const nowMs = signedAtMs;
const runs = Number(process.env.PROVIDER_MUTATIONS ?? 1_000);
/** Fixed, so that a change is judged by itself; other seeds, and more runs, look for new holes. */
const seed = Number(process.env.PROVIDER_SEED ?? 20_261_122);

const sampleBodies: Readonly<Record<string, readonly string[]>> = {
  json: ['{}', '{"id":"evt_1","type":"a.b"}', '{"name":"Zoë \u{1F98A} 文","n":[1,2,{"x":null}]}'],
  text: ['', '{"id":1}', ' \t{"a" : "é"}\r\n', 'plain', 'ẞ\u{1F98A}'],
  bytes: ['', '{"id":1}', '\u0000\u0001ÿþ'],
  form: ['a=1', 'From=%2B14155550100&Body=Hello+w%C3%B6rld&To=&a=b&a=a', 'Z=1&a=2&B=%F0%9F%A6%8A'],
};
const large = { json: `{"text":"${'x'.repeat(60_000)}"}`, form: `a=${'x'.repeat(60_000)}` };

/** The bodies with which an outside party is tried. */
function bodiesOf({ bodies = 'json' }: OutsideParty): Uint8Array[] {
  if (typeof bodies !== 'string') return bodies.map((text) => Buffer.from(text));
  const texts = [...(sampleBodies[bodies] ?? []), bodies === 'form' ? large.form : large.json];
  return texts.map((text) => Buffer.from(text, bodies === 'bytes' ? 'latin1' : 'utf8'));
}

/** Declares the tests of one spec, which stand in the table of proofs under its name. */
export function proveAll(spec: string, parties: readonly OutsideParty[]): void {
  it('proves the providers that the table of proofs says', () => {
    const said = proofTable.filter(([, , name]) => name === spec);
    const proven = parties.map((party) => [party.provider, party.package, spec]);
    expect([...new Set(proven.map(String))].sort()).toEqual(said.map(String).sort());
  });
  for (const party of parties) proveBy(party);
}

/** Declares the tests that prove a provider by one outside party. */
function proveBy(party: OutsideParty): void {
  const { provider, accepts } = party;
  const whose = party.signs ? 'signs' : 'accepts';

  describe(`${provider}, by ${party.package}`, () => {
    beforeEach(() => stopClock(nowMs));
    afterEach(startClock);

    it(`verifies what it ${whose}, whatever the body is`, async () => {
      for (const body of bodiesOf(party)) {
        const message = await party.sign(draftOf(body));
        const size = `${body.length} bytes`;
        expect([size, ourVerdict(party, message, nowMs)]).toEqual([size, 'verified']);
        if (accepts) expect(await accepts(message, party.secret)).toBe(true);
      }
    });

    it(`stays strict in ${runs} mutations: never laxer, and nothing signed may change`, async () => {
      await fc.assert(await mutationProperty(party), { numRuns: runs, seed });
    });
  });
}

function draftOf(body: Uint8Array): Draft {
  return { url: hookAddress, body, nowMs };
}

/** Bodies that are large slow the mutations down and are covered above. */
async function mutationProperty(party: OutsideParty) {
  const messages = await Promise.all(
    bodiesOf(party)
      .filter((body) => body.length < 10_000)
      .map(async (body) => party.sign(draftOf(body))),
  );
  const names = Object.keys(messages[0]?.headers ?? {});
  const mutated = mutations(names.length === 0 ? ['x-absent'] : names);
  return fc.asyncProperty(fc.constantFrom(...messages), mutated, async (message, mutation) => {
    await judge(party, message, mutation);
  });
}

async function judge(party: OutsideParty, message: Message, mutation: Mutation): Promise<void> {
  const atMs = nowMs + (mutation.laterMs ?? 0);
  const secret = mutation.otherSecret ? party.otherSecret : party.secret;
  const changed = arrived(mutation.apply(message));
  const ours = ourVerdict({ ...party, secret }, changed, atMs);
  if (ours !== 'verified') return;
  const meaning = party.meaning ?? ((one: Message) => bodyAndTime(party, one));
  expect(mutation.otherSecret).toBeUndefined();
  expect(meaning(changed)).toBe(meaning(message));
  const { accepts } = party;
  if (accepts === undefined) return;
  stopClock(atMs);
  const verdicts = await Promise.all(
    spellings(party, changed).map(async (spelling) => accepts(spelling, secret)),
  );
  stopClock(nowMs);
  expect([mutation.kind, verdicts.includes(true)]).toEqual([mutation.kind, true]);
}

/** What schemes sign at least, in one text. */
function bodyAndTime({ provider, settings }: OutsideParty, message: Message): string {
  const scheme = schemeOf(provider, settings ?? null);
  const place = scheme.signature.timestamp?.place;
  const time = place && textAt(place, new RequestReader(message, scheme.document));
  return `${time}:${Buffer.from(message.body).toString('latin1')}`;
}

/**
 * The spellings of an unsigned header that mean the same to us: hexadecimal letters in either case,
 * and pairs beside the two that count. Some libraries know only the plainest one.
 */
export function spellings({ provider, settings }: OurSource, message: Message): Message[] {
  const { encoding, place, timestamp } = schemeOf(provider, settings ?? null).signature;
  const names = place.kind === 'header' ? place.headers : 'header' in place ? [place.header] : [];
  const written = (name: string, text: string): Message => ({
    ...message,
    headers: { ...message.headers, [name]: text },
  });
  const lower = names.reduce((one, name) => {
    const text = one.headers[name];
    if (encoding !== 'hex' || text === undefined) return one;
    return { ...one, headers: { ...one.headers, [name]: text.toLowerCase() } };
  }, message);
  if (place.kind !== 'pair' || timestamp?.place.kind !== 'pair') return [message, lower];
  const { header, key, separator } = place;
  const text = lower.headers[header] ?? '';
  const timeKey = timestamp.place.key;
  const [time = ''] = pairValues(text, timeKey, separator);
  const plain = pairValues(text, key, separator).map((signature) =>
    written(header, `${timeKey}=${time},${key}=${signature}`),
  );
  return [message, ...plain];
}
