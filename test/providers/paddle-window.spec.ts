import { Paddle } from '@paddle/paddle-node-sdk';
import { hmacOf, signedAtMs } from '../../tools/providers/message.ts';
import { startClock, stopClock } from '../../tools/providers/stopped-clock.ts';
import { ourVerdict } from './signed-message.js';

const secret = 'pdl_ntfset_q3Jd8sKe0aLw7fYx';
const time = String(signedAtMs / 1_000);
const signature = `ts=${time};h1=${hmacOf('sha256', secret, 'hex', `${time}:{}`)}`;
const message = {
  method: 'POST',
  url: 'https://hooks.example/hooks/src_1',
  headers: { 'paddle-signature': signature },
  body: Buffer.from('{}'),
};

afterEach(startClock);

// Mutations of the clock are large, and seldom meet the edge of so small a window.
it.each([0, 4_999, 5_000, 5_001, 6_000, 60_000])(
  'a webhook of Paddle is too old when its library says so: after %i ms',
  async (laterMs) => {
    const nowMs = signedAtMs + laterMs;
    stopClock(nowMs);
    const theirs = await new Paddle('key').webhooks.isSignatureValid('{}', secret, signature);
    const ours = ourVerdict({ provider: 'paddle', secret }, message, nowMs);
    expect(ours).toBe(theirs ? 'verified' : 'timestamp-stale');
  },
);
