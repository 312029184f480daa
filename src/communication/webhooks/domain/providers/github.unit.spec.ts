import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { sign } from '@octokit/webhooks-methods';
import { z } from 'zod';
import { describeWebhook } from '../describe-webhook.js';
import { verifyWebhook } from '../verify-webhook.js';
import { github } from './github.js';

const examplesPath = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
const examples = z
  .array(z.object({ name: z.string(), examples: z.array(z.unknown()) }))
  .parse(JSON.parse(readFileSync(examplesPath, 'utf8')))
  .flatMap(({ name, examples }) => examples.map((example) => [name, example] as const));

function verdict(signature: string, body: Uint8Array, secret = 'It is a secret'): string {
  return verifyWebhook({
    scheme: github,
    secrets: [{ id: 'sec_1', value: secret }],
    headers: { 'x-hub-signature-256': signature },
    body,
    nowMs: 0,
  }).verdict;
}

it("verifies every payload that GitHub's own library signed, and no flipped byte", async () => {
  expect(examples.length).toBeGreaterThan(200);
  for (const [index, [name, example]] of examples.entries()) {
    const text = JSON.stringify(example);
    const signature = await sign('It is a secret', text);
    const body = Buffer.from(text);
    expect([name, verdict(signature, body)]).toEqual([name, 'verified']);
    const at = (index * 7_919) % body.length;
    body[at] = (body[at] ?? 0) ^ 1;
    expect([name, verdict(signature, body)]).toEqual([name, 'rejected']);
  }
});

it("verifies the example of GitHub's documentation", () => {
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const secret = "It's a Secret to Everybody";
  expect(verdict(signature, Buffer.from('Hello, World!'), secret)).toBe('verified');
  expect(verdict(signature, Buffer.from('Hello, World?'), secret)).toBe('rejected');
});

it('names every published payload by its event', () => {
  for (const [name, example] of examples) {
    const headers = {
      'content-type': 'application/json',
      'x-github-event': name,
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    };
    const body = Buffer.from(JSON.stringify(example));
    expect(describeWebhook(github, 'github', { headers, body })).toEqual({
      contentType: 'application/json',
      eventType: `github.${name}`,
      deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      eventAtMs: null,
      flags: [],
      json: example,
    });
  }
});

it('reads the JSON out of a form, the other content type that GitHub offers', () => {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-github-event': 'ping',
  };
  const body = Buffer.from(new URLSearchParams({ payload: '{"zen":"a & b"}' }).toString());
  expect(describeWebhook(github, 'github', { headers, body })).toMatchObject({
    eventType: 'github.ping',
    json: { zen: 'a & b' },
    flags: [],
  });
});
