import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { newEndpointSecret, publicJwkOf, publicKeyTextOf, secretKindOf } from './signing-key.js';
import { signMessage } from './sign-message.js';
import { signingKeyOf } from './signing-key.js';

// Svix's own vector (server/svix-server/src/worker.rs, test_asymmetric_key_signing).
const svix = {
  secret:
    'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  publicKey: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
  messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
  signature:
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
};

// RFC 8032 section 7.1: seed, public key, message, signature.
const rfc8032 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

const whsk = (...parts: Uint8Array[]) => `whsk_${Buffer.concat(parts).toString('base64')}`;

describe('a pair of keys', () => {
  it('signs what Svix signs, byte by byte, and has the public key that Svix has', () => {
    const signed = signMessage({ ...svix, secrets: [svix.secret] });
    expect(signed['webhook-signature']).toBe(svix.signature);
    expect(publicKeyTextOf(svix.secret)).toBe(svix.publicKey);
  });

  it.each(rfc8032)('follows RFC 8032 for the seed %s', (seed, publicKey, message, signature) => {
    const secret = whsk(Buffer.from(seed, 'hex'));
    const { key } = signingKeyOf(secret);
    expect(sign(null, Buffer.from(message, 'hex'), key).toString('hex')).toBe(signature);
    const x = publicJwkOf(secret)?.x ?? '';
    expect(Buffer.from(x, 'base64url').toString('hex')).toBe(publicKey);
  });

  it('is made with its public half behind its seed', () => {
    const secret = newEndpointSecret(randomBytes(32), 'v1a');
    expect(secretKindOf(secret)).toBe('v1a');
    const bytes = Buffer.from(secret.slice('whsk_'.length), 'base64');
    expect(`whpk_${bytes.subarray(32).toString('base64')}`).toBe(publicKeyTextOf(secret));
    expect(publicKeyTextOf(whsk(bytes.subarray(0, 32)))).toBe(publicKeyTextOf(secret));
  });

  it('is verified with nothing but its JSON Web Key', () => {
    const secret = newEndpointSecret(randomBytes(32), 'v1a');
    const body = Buffer.from('{}');
    const headers = signMessage({ secrets: [secret], messageId: 'm', timestampSeconds: 1, body });
    const key = createPublicKey({ key: publicJwkOf(secret) ?? {}, format: 'jwk' });
    const signature = Buffer.from(headers['webhook-signature'].slice('v1a,'.length), 'base64');
    expect(verify(null, Buffer.from('m.1.{}'), key, signature)).toBe(true);
    expect(verify(null, Buffer.from('m.2.{}'), key, signature)).toBe(false);
  });

  it.each([
    ['31 bytes', whsk(new Uint8Array(31))],
    ['33 bytes', whsk(new Uint8Array(33))],
    ['halves that do not belong together', whsk(new Uint8Array(32), new Uint8Array(32).fill(1))],
    ['the public half alone', svix.publicKey],
    ['no base64', 'whsk_????'],
  ])('is not one of %s', (_what, text) => {
    expect(secretKindOf(text)).toBeNull();
  });

  it('is made of 32 bytes and no others', () => {
    expect(() => newEndpointSecret(new Uint8Array(24), 'v1a')).toThrow('do not make a secret');
  });
});

describe('a shared secret', () => {
  it('has no public half', () => {
    const secret = newEndpointSecret(randomBytes(32));
    expect(publicKeyTextOf(secret)).toBeNull();
    expect(publicJwkOf(secret)).toBeNull();
  });

  it('signs beside a pair while an endpoint moves from one to the other', () => {
    const secrets = [newEndpointSecret(randomBytes(32)), svix.secret];
    const [first, second] = signMessage({ ...svix, secrets })['webhook-signature'].split(' ');
    expect(first).toMatch(/^v1,/);
    expect(second).toBe(svix.signature);
  });
});
