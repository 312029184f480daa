import { handshakeReply } from './handshake.js';
import type { ProviderScheme } from './provider-scheme.js';
import { RequestReader } from './request-reader.js';
import { github } from './providers/github.js';
import { slack } from './providers/slack.js';

/** The request that stands on Slack's page about this event. */
const documented = {
  token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
  challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
  type: 'url_verification',
};

function answer(json: unknown, scheme: ProviderScheme = slack, isVerified = true) {
  const headers = { 'content-type': 'application/json' };
  const request = new RequestReader({ headers, body: Buffer.from(JSON.stringify(json)) });
  return handshakeReply({ scheme, request, secrets: [], settings: null }, isVerified);
}

it("repeats the challenge of Slack's documented request as plain text", () => {
  expect(answer(documented)).toEqual({
    answer: {
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: documented.challenge,
    },
    action: null,
  });
});

it('waits for the signature where the provider signs its question', () => {
  expect(answer(documented, slack, false)).toBeNull();
});

it.each([
  ['another type', { ...documented, type: 'event_callback' }],
  ['no challenge', { type: 'url_verification' }],
  ['a challenge that is no text', { ...documented, challenge: { a: 1 } }],
  ['a challenge past 1,000 characters', { ...documented, challenge: 'x'.repeat(1_001) }],
  ['a list', [documented]],
  ['null', null],
])('has no answer to %s', (_case, json) => {
  expect(answer(json)).toBeNull();
});

it('has no answer for a provider without handshakes', () => {
  expect(answer(documented, github)).toBeNull();
});
