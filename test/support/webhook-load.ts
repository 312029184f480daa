import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sourceSecret } from './factories.ts';
import { request } from './request.ts';
import { signedWebhook } from './signed-webhooks.ts';

const pauseWhileDownMs = 10;

/** Senders that go on whatever happens to the program. */
export interface WebhookLoad {
  /** Delivery ids that were answered with a success. */
  readonly acknowledged: ReadonlySet<string>;
  /** Other answers than a success, by status. */
  readonly refused: ReadonlyMap<number, number>;
  /** Where to send from now on; undefined while nobody listens. */
  sendTo(url: string | undefined): void;
  /** Lets the requests under way end. */
  stop(): Promise<void>;
}

/**
 * Sends signed GitHub webhooks from several senders. One that got no answer is sent again under its
 * id, as providers do, until it is acknowledged or the load stops.
 */
export function startWebhookLoad(hooksPath: string, senders: number): WebhookLoad {
  const acknowledged = new Set<string>();
  const refused = new Map<number, number>();
  let target: string | undefined;
  let stopped = false;
  const isStopped = () => stopped;

  async function send(id: string): Promise<boolean> {
    if (target === undefined) return false;
    const body = JSON.stringify({ id, text: 'x'.repeat(500) });
    const webhook = await signedWebhook('github', { secret: sourceSecret, body, id });
    // No answer is no acknowledgement, and says nothing of what was stored.
    const sent = request(`${target}${hooksPath}`, { method: 'POST', ...webhook });
    const status = await sent.then((answer) => answer.status).catch(() => undefined);
    if (status === undefined) return false;
    if (status === 200 || status === 202) {
      acknowledged.add(id);
      return true;
    }
    refused.set(status, (refused.get(status) ?? 0) + 1);
    return false;
  }

  async function sender(): Promise<void> {
    while (!isStopped()) {
      const id = randomUUID();
      while (!isStopped() && !(await send(id))) await pause(pauseWhileDownMs);
    }
  }

  const running = Promise.all(Array.from({ length: senders }, sender));
  return {
    acknowledged,
    refused,
    sendTo: (url) => void (target = url),
    async stop() {
      stopped = true;
      await running;
    },
  };
}
