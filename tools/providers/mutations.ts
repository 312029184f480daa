import fc from 'fast-check';
import type { Message } from './message.ts';

/** One change of a message, with the time at which it is judged. */
export interface Mutation {
  readonly kind: string;
  readonly apply: (message: Message) => Message;
  /** Added to the time of judging. */
  readonly laterMs?: number;
  /** Replaces the secret of the judge when true. */
  readonly otherSecret?: true;
}

/** Everything that somebody between the provider and us could do to a message. */
export function mutations(names: readonly string[]): fc.Arbitrary<Mutation> {
  return fc.oneof(
    { weight: 5, arbitrary: bodyMutations },
    { weight: 6, arbitrary: headerMutations(names) },
    { weight: 2, arbitrary: timeMutations(names) },
    { weight: 2, arbitrary: addressMutations },
    { weight: 1, arbitrary: fc.constant<Mutation>({ ...untouched, otherSecret: true }) },
  );
}

const untouched: Mutation = { kind: 'other secret', apply: (message) => message };
const byte = fc.integer({ min: 0, max: 255 });

const bodyMutations: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.constantFrom('flip', 'insert', 'delete', 'cut', 'repeat', 'blank', 'line', 'empty', 'swap'),
    fc.nat(),
    byte,
  )
  .map(([kind, position, value]) => ({
    kind: `body ${kind}`,
    apply: (message) => ({ ...message, body: changedBytes(message.body, kind, position, value) }),
  }));

function changedBytes(body: Uint8Array, kind: string, position: number, value: number): Buffer {
  const at = body.length === 0 ? 0 : position % body.length;
  const before = body.subarray(0, at);
  const behind = body.subarray(at);
  switch (kind) {
    case 'flip':
      return Buffer.from(body.map((old, index) => (index === at ? old ^ (value || 1) : old)));
    case 'insert':
      return Buffer.concat([before, Buffer.from([value]), behind]);
    case 'delete':
      return Buffer.concat([before, behind.subarray(1)]);
    case 'cut':
      return Buffer.from(before);
    case 'repeat':
      return Buffer.concat([body, body]);
    case 'blank':
      return Buffer.concat([before, Buffer.from(' '), behind]);
    case 'line':
      return Buffer.concat([body, Buffer.from('\n')]);
    case 'swap':
      return Buffer.concat([behind, before]);
    default:
      return Buffer.alloc(0);
  }
}

const textKinds = [
  ['upper', (text: string) => text.toUpperCase()],
  ['lower', (text: string) => text.toLowerCase()],
  ['blank before', (text: string) => ` ${text}`],
  ['blank behind', (text: string) => `${text} `],
  ['comma behind', (text: string) => `${text},`],
  ['twice', (text: string) => `${text}, ${text}`],
  ['twice without blank', (text: string) => `${text},${text}`],
  ['padding off', (text: string) => text.replace(/=+$/, '')],
  ['padding on', (text: string) => `${text}=`],
  ['base64url', (text: string) => text.replaceAll('+', '-').replaceAll('/', '_')],
  ['plus as blank', (text: string) => text.replaceAll('+', ' ')],
  ['prefix off', (text: string) => text.slice(text.indexOf('=') + 1)],
  ['half', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
] as const;

const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));

function headerMutations(names: readonly string[]): fc.Arbitrary<Mutation> {
  const whole = fc.constantFrom(...textKinds).map(([kind, change]) => ({ kind, change }));
  const letter = fc
    .tuple(fc.constantFrom('letter', 'more', 'less'), fc.nat(), printable)
    .map(([kind, position, sign]) => ({
      kind,
      change: (text: string) => {
        const at = text.length === 0 ? 0 : position % text.length;
        if (kind === 'less') return text.slice(0, at) + text.slice(at + 1);
        return text.slice(0, at) + sign + text.slice(kind === 'more' ? at : at + 1);
      },
    }));
  return fc
    .tuple(fc.constantFrom(...names), fc.oneof(whole, letter, fc.constant(null)))
    .map(([name, changed]) => ({
      kind: `${name} ${changed?.kind ?? 'missing'}`,
      apply: (message) => {
        const { [name]: old = '', ...others } = message.headers;
        const headers = changed === null ? others : { ...others, [name]: changed.change(old) };
        return { ...message, headers };
      },
    }));
}

/** The digits of a time in a header moved, or the clock of the judge. */
function timeMutations(names: readonly string[]): fc.Arbitrary<Mutation> {
  const seconds = fc.integer({ min: -200_000, max: 200_000 }).filter((by) => by !== 0);
  const clock = seconds.map((by) => ({
    kind: 'clock',
    apply: (message: Message) => message,
    laterMs: by * 1_000,
  }));
  const digits = fc.tuple(fc.constantFrom(...names), seconds).map(([name, by]) => ({
    kind: `${name} moved`,
    apply: (message: Message) => ({
      ...message,
      headers: { ...message.headers, [name]: moved(message.headers[name] ?? '', by) },
    }),
  }));
  return fc.oneof(clock, digits);
}

function moved(text: string, by: number): string {
  return text.replace(/\d{10,13}/, (digits) => String(Number(digits) + by));
}

const addressMutations: fc.Arbitrary<Mutation> = fc
  .constantFrom<[string, (message: Message) => Message]>(
    ['method', (message) => ({ ...message, method: 'PUT' })],
    ['query', (message) => ({ ...message, url: `${message.url}?a=1` })],
    ['path', (message) => ({ ...message, url: `${message.url}/` })],
    ['host', (message) => ({ ...message, url: message.url.replace('.example', '.test') })],
    ['scheme', (message) => ({ ...message, url: message.url.replace('https:', 'http:') })],
    ['port', (message) => ({ ...message, url: message.url.replace('.example', '.example:444') })],
    ['case', (message) => ({ ...message, url: message.url.toUpperCase() })],
  )
  .map(([kind, apply]) => ({ kind: `address ${kind}`, apply }));
