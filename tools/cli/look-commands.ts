import { ApiProblem } from '../support/api-client.ts';
import { describeTimeline, type TimelineAnswer } from '../support/describe-timeline.ts';
import { columns } from './columns.ts';
import type { CliCommand } from './command.ts';

interface Readiness {
  readonly status: string;
  readonly checks: Readonly<
    Record<string, { readonly status: string; readonly cause?: string; readonly remedy?: string }>
  >;
}

/** Commands that show one thing. */
export const lookCommands: readonly CliCommand[] = [
  {
    words: 'status',
    values: [],
    help: 'Whether Signalbox is ready, and if not, why. Needs no API key.',
    async run({ url }) {
      const answer = await fetch(`${url}/health/ready`);
      // Both answers have this form: 200 when ready, 503 when not.
      const readiness = (await answer.json()) as Readiness;
      const rows = Object.entries(readiness.checks).map(([name, check]) => [
        name,
        check.status,
        [check.cause, check.remedy].filter(Boolean).join(' '),
      ]);
      const text = `${url} is ${readiness.status}.\n${columns(['CHECK', 'STATUS', ''], rows)}`;
      return { data: readiness, text, good: answer.ok };
    },
  },
  {
    words: 'events show',
    values: ['ID'],
    help: 'Show an event with its timeline: rules, deliveries, mails and their tries.',
    async run({ api, values: [id = ''] }) {
      const event = await api().get<TimelineAnswer>(`/v1/events/${encodeURIComponent(id)}`);
      return { data: event, text: describeTimeline(event) };
    },
  },
  {
    words: 'webhooks body',
    values: ['ID'],
    help: 'Write the exact bytes of a webhook to standard output.',
    async run({ url, api, values: [id = ''] }) {
      const path = `/v1/webhooks/${encodeURIComponent(id)}/body`;
      const authorization = `Bearer ${api().apiKey}`;
      const answer = await fetch(url + path, { headers: { authorization } });
      if (!answer.ok) throw new ApiProblem(`GET ${path}`, answer.status, await answer.json());
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return { data: null, text: '', bytes };
    },
  },
];
