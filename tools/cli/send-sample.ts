import { createHmac, randomUUID } from 'node:crypto';
import { ApiProblem } from '../support/api-client.ts';
import type { CliCommand } from './command.ts';

interface Receipt {
  readonly webhookId: string;
  readonly eventId: string;
}

/** Sends a webhook as GitHub would, so that rules can be tried without GitHub. */
export const sendSample: CliCommand = {
  words: 'send-sample',
  values: ['SOURCE_URL', 'SECRET'],
  options: '[--type EVENT]',
  help: 'Send a signed sample to a source of the provider github. Needs no API key.',
  async run({ values: [sourceUrl = '', secret = ''], options: { type = 'ping' } }) {
    const body = JSON.stringify({ zen: 'Keep it logically awesome.', sent: randomUUID() });
    const answer = await fetch(sourceUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': type,
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
      body,
    });
    const parsed: unknown = await answer.json();
    if (!answer.ok) throw new ApiProblem('The webhook', answer.status, parsed);
    const receipt = parsed as Receipt;
    const next = `npm run cli -- events show ${receipt.eventId}`;
    return {
      data: receipt,
      text: `Stored as ${receipt.webhookId}. See what became of it:\n${next}`,
    };
  },
};
