import { createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { valueAt } from '#communication/webhooks/domain/json-path.js';
import { type Message, textOf } from '../../tools/providers/message.ts';
import { readMessage, type RecordedCase, type Vectors } from '../../tools/providers/vectors.ts';
import type { OutsideParty } from './outside-party.js';
import { proveAll, spellings } from './prove-provider.js';
import { ourVerdict } from './signed-message.js';

const folder = join(import.meta.dirname, 'vectors');
const files: readonly Vectors[] = readdirSync(folder)
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vectors);

const adyenItem = 'notificationItems.0.NotificationRequestItem';
const adyenFields = [
  'pspReference',
  'originalReference',
  'merchantAccountCode',
  'merchantReference',
  'amount.value',
  'amount.currency',
  'eventCode',
  'success',
];

/** What is signed where it is not the whole body. */
const meanings: Readonly<Record<string, (message: Message) => string>> = {
  adyen: (message) => adyenFields.map((path) => at(message, `${adyenItem}.${path}`)).join(':'),
  chargebee: ({ headers }) => String(headers.authorization).replace(/^basic +/i, ''),
  square: ({ url, body }) => url + Buffer.from(body).toString('latin1'),
  figma: (message) => String(at(message, 'passcode')),
  'gitlab-token': ({ headers }) => String(headers['x-gitlab-token']),
  'google-pubsub': ({ headers }) => String(headers.authorization).replace(/^bearer +/i, ''),
  mailgun: (message) =>
    ['timestamp', 'token', 'signature'].map((name) => at(message, `signature.${name}`)).join(),
  // Blanks around a token are not part of it.
  wix: (message) => textOf(message).trim(),
  opennode: (message) => ['id', 'hashed_order'].map((name) => field(message, name)).join(),
  signalwire: (message) => message.url.replace(/:\d+(?=\/)/, '') + joinedFields(message),
  telegram: ({ headers }) => String(headers['x-telegram-bot-api-secret-token']),
};

function field(message: Message, name: string): string | null {
  return new URLSearchParams(textOf(message)).get(name);
}

/** As they are signed, where `a=1` and `a1=` are the same. */
function joinedFields(message: Message): string {
  const fields = [...new URLSearchParams(textOf(message))];
  return fields
    .map(([name, value]) => name + value)
    .sort()
    .join('');
}

function at(message: Message, path: string): unknown {
  return valueAt(JSON.parse(textOf(message)), path);
}

/** The vectors as somebody who signs: only what was recorded, whatever the draft. */
function partyOf(vectors: Vectors): OutsideParty {
  const messages = vectors.messages.map(readMessage);
  const meaning = meanings[vectors.provider];
  return {
    ...vectors,
    remoteKeys: keysOf(vectors),
    bodies: vectors.messages.map((_message, index) => String(index)),
    sign: ({ body }) => messages[Number(Buffer.from(body))] as Message,
    ...(meaning && { meaning }),
  };
}

function keysOf({ remoteKeys = {} }: Vectors): OutsideParty['remoteKeys'] {
  const entries = Object.entries(remoteKeys).map(
    ([url, keys]) => [url, keys.map((key) => createPublicKey(key))] as const,
  );
  return Object.fromEntries(entries);
}

function changedMessage(vectors: Vectors, { of, ...changed }: RecordedCase): Message {
  const first = vectors.messages[of];
  if (first === undefined) throw new Error(`no message ${of}`);
  return readMessage({ ...first, ...changed });
}

proveAll('recorded.proof', files.map(partyOf));

describe.each(files.map((vectors) => [vectors.provider, vectors] as const))(
  'what was recorded for %s',
  (_provider, vectors) => {
    const party = partyOf(vectors);

    it('is accepted by us as signed, and is some of both verdicts', () => {
      const verdicts = new Set(vectors.cases.map(({ accepted }) => accepted));
      const signed = vectors.cases.filter(({ kind }) => kind === 'as signed');
      expect([...verdicts].sort()).toEqual([false, true]);
      expect(signed).toHaveLength(vectors.messages.length);
      expect(signed.every(({ accepted }) => accepted)).toBe(true);
    });

    it.each(vectors.cases.map((one, index) => [index, one.kind, one] as const))(
      'is judged no laxer: %i, %s',
      (_index, kind, one) => {
        const message = changedMessage(vectors, one);
        const secret = one.otherSecret ? vectors.otherSecret : vectors.secret;
        const ours = ourVerdict({ ...party, secret }, message, vectors.nowMs + (one.laterMs ?? 0));
        if (kind === 'as signed') expect(ours).toBe('verified');
        if (ours !== 'verified' || one.accepted) return;
        // The library knows fewer spellings of what it accepts.
        const first = changedMessage(vectors, { of: one.of, kind, accepted: true });
        expect(spellings(party, message)).toContainEqual(first);
      },
    );
  },
);
