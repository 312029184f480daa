import { createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { newEndpointSecret, secretKindOf } from './signing-key.js';
import { signMessage } from './sign-message.js';

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const body = Buffer.from('{"text":"grüße 🚂","big":12345678901234567890}');

const signed = (secrets: string[], payload: Uint8Array = body) =>
  signMessage({ secrets, messageId: 'dlv_1', timestampSeconds: nowSeconds(), body: payload });

describe('a signed message', () => {
  it('is accepted by the official verifier', () => {
    const secret = newEndpointSecret(randomBytes(32));
    expect(() => new Webhook(secret).verify(body, { ...signed([secret]) })).not.toThrow();
  });

  it('is accepted by the verifier of Svix', () => {
    const secret = newEndpointSecret(randomBytes(32));
    expect(() => new SvixWebhook(secret).verify(body, { ...signed([secret]) })).not.toThrow();
  });

  it('is the same, byte by byte, as the official signer makes it', () => {
    const secret = newEndpointSecret(randomBytes(24));
    const at = new Date('2024-05-01T10:00:00Z');
    const timestampSeconds = at.getTime() / 1_000;
    const headers = signMessage({ secrets: [secret], messageId: 'msg_2', timestampSeconds, body });
    expect(headers).toEqual({
      'webhook-id': 'msg_2',
      'webhook-timestamp': '1714557600',
      'webhook-signature': new Webhook(secret).sign('msg_2', at, body),
    });
  });

  it('carries one signature per secret, so that old and new receivers accept it', () => {
    const [first, second] = [
      newEndpointSecret(randomBytes(32)),
      newEndpointSecret(randomBytes(64)),
    ];
    const headers = { ...signed([first, second]) };
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secret of [first, second]) {
      expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    }
    const stranger = newEndpointSecret(randomBytes(32));
    expect(() => new Webhook(stranger).verify(body, headers)).toThrow('No matching signature');
  });

  it('is refused by the official verifier when one byte of the body differs', () => {
    const secret = newEndpointSecret(randomBytes(32));
    const tampered = Buffer.from(body);
    tampered[3] = 0x58;
    expect(() => new Webhook(secret).verify(tampered, { ...signed([secret]) })).toThrow();
  });

  it('signs bytes that are no text as they are', () => {
    const key = randomBytes(32);
    const binary = Uint8Array.of(0, 255, 254, 10);
    const headers = signed([newEndpointSecret(key)], binary);
    const content = Buffer.concat([Buffer.from(`dlv_1.${headers['webhook-timestamp']}.`), binary]);
    const expected = createHmac('sha256', key).update(content).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  it('stays right when more secrets were used than are kept decoded', () => {
    const first = newEndpointSecret(randomBytes(24));
    const before = signed([first])['webhook-signature'];
    for (let count = 0; count < 10_050; count += 1) signed([newEndpointSecret(randomBytes(24))]);
    const timestampSeconds = nowSeconds();
    const after = signMessage({ secrets: [first], messageId: 'dlv_1', timestampSeconds, body });
    expect(before).toMatch(/^v1,/);
    expect(() => new Webhook(first).verify(body, { ...after })).not.toThrow();
  });

  it('is not made with a text that is no secret', () => {
    expect(() => signed(['whsec_short'])).toThrow('not a Standard Webhooks secret');
  });
});

describe('an endpoint secret', () => {
  it.each([24, 32, 64])('is made of %d random bytes', (length) => {
    const secret = newEndpointSecret(new Uint8Array(length).fill(7));
    expect(secretKindOf(secret)).toBe('v1');
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(length);
  });

  it.each([0, 23, 65])('is not made of %d bytes', (length) => {
    expect(() => newEndpointSecret(new Uint8Array(length))).toThrow('do not make a secret');
  });

  it.each([
    ['', 'nothing'],
    [randomBytes(32).toString('base64'), 'no prefix'],
    [`whsec_${'A'.repeat(28)}`, '21 bytes'],
    [`whsec_${'A'.repeat(88)}`, '66 bytes'],
    [`whsec_${'A'.repeat(5_000)}`, 'a very long text'],
    [`whsec_${'A'.repeat(43)}`, 'missing padding'],
    [`whsec_${'_-'.repeat(20)}`, 'the alphabet of base64url'],
    [`whsec_${'A'.repeat(40)}\n`, 'a line break'],
  ])('is not %j (%s)', (text) => {
    expect(secretKindOf(text)).toBeNull();
  });
});
