import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebhookHandler } from '@liveblocks/node';
import { encodeSignatureHeader, isValidSignature } from '@sanity/webhook';
import { verifySignature } from '@vonage/jwt';
import { SignJWT } from 'jose';
import twilio from 'twilio';
import { hookAddress, post, signedAtMs } from '../../tools/providers/message.ts';
import { startClock, stopClock } from '../../tools/providers/stopped-clock.ts';
import { readMessage, type Vectors } from '../../tools/providers/vectors.ts';
import { ourVerdict } from './signed-message.js';

const nowMs = signedAtMs;
const day = 86_400_000;
const secret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYx';
const body = Buffer.from('{"id":1}');
const draft = { url: hookAddress, body, nowMs };

beforeEach(() => stopClock(nowMs));
afterEach(startClock);

/** What libraries let pass and we do not, so that a change towards them is seen. */
describe('stricter than the library', () => {
  it('refuses what Sanity signed a year ago', async () => {
    const header = await encodeSignatureHeader(String(body), nowMs - 365 * day, secret);
    const message = post(draft, { 'sanity-webhook-signature': header });
    expect(await isValidSignature(String(body), header, secret)).toBe(true);
    expect(ourVerdict({ provider: 'sanity', secret }, message, nowMs)).toBe('timestamp-stale');
  });

  it('refuses another body under the token of Vonage', async () => {
    const jwt = await new SignJWT({ payload_hash: '00'.repeat(32) })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt(nowMs / 1_000)
      .sign(Buffer.from(secret));
    const message = post(draft, { authorization: `Bearer ${jwt}` });
    expect(verifySignature(jwt, secret)).toBe(true);
    expect(ourVerdict({ provider: 'vonage', secret }, message, nowMs)).toBe('signature-mismatch');
  });

  it('refuses a signature of Liveblocks that says to be of another version', () => {
    const key = Buffer.from('0123456789abcdefghijklmn');
    const event = Buffer.from('{"type":"roomCreated"}');
    const time = String(nowMs / 1_000);
    const hashing = createHmac('sha256', key).update(`msg_1.${time}.`).update(event);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': time,
      'webhook-signature': `v9,${hashing.digest('base64')}`,
    };
    const whsec = `whsec_${key.toString('base64')}`;
    const request = { headers, rawBody: String(event) };
    expect(new WebhookHandler(whsec).verifyRequest(request)).toMatchObject({ type: 'roomCreated' });
    const message = post({ ...draft, body: event }, headers);
    const verdict = ourVerdict({ provider: 'liveblocks', secret: whsec }, message, nowMs);
    expect(verdict).toBe('signature-malformed');
  });

  it('holds a request of Twilio to the hash of the body that its address claims', () => {
    const url = `${hookAddress}?bodySHA256=${'00'.repeat(32)}`;
    const signature = twilio.getExpectedTwilioSignature(secret, url, {});
    const message = post(
      { ...draft, url, body: Buffer.alloc(0) },
      { 'x-twilio-signature': signature },
    );
    expect(twilio.validateRequest(secret, signature, url, {})).toBe(true);
    expect(ourVerdict({ provider: 'twilio', secret }, message, nowMs)).toBe('signature-mismatch');
  });
});

function vectorsOf(provider: string): Vectors {
  const file = join(import.meta.dirname, `vectors/${provider}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Vectors;
}

/** These look only for times that are over, or for none. */
it.each(['hubspot', 'mux', 'slack', 'twitch', 'zendesk', 'webflow', 'contentful'])(
  'a webhook of %s that comes a day before its time is refused',
  (provider) => {
    const vectors = vectorsOf(provider);
    const source = { provider, secret: vectors.secret };
    const early = vectors.cases.filter(({ kind, laterMs = 0 }) => kind === 'clock' && laterMs < 0);
    expect(early.some(({ accepted }) => accepted)).toBe(true);
    for (const one of vectors.messages) {
      const message = readMessage(one);
      expect(ourVerdict(source, message, vectors.nowMs)).toBe('verified');
      expect(ourVerdict(source, message, vectors.nowMs - day)).toBe('timestamp-stale');
    }
  },
);
