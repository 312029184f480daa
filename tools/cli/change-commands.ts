import { CliFault, type CliCommand, type CommandResult } from './command.ts';
import { jsonIn } from './json-in.ts';

interface Made {
  readonly id: string;
  readonly name?: string;
  readonly url?: string;
  readonly state?: string;
  readonly secrets?: readonly { readonly value?: string }[];
}

/** Commands that change something. */
export const changeCommands: readonly CliCommand[] = [
  {
    words: 'sources create',
    values: ['NAME', 'PROVIDER'],
    options: '[--secret S]...',
    help: 'Make a source: github, stripe, slack, shopify or standard-webhooks.',
    async run({ api, values: [name, provider], options: { secret: secrets } }) {
      const body = { name, provider, ...(secrets === undefined ? {} : { secrets }) };
      return described('source', await api().post<Made>('/v1/sources', body));
    },
  },
  {
    words: 'endpoints create',
    values: ['NAME', 'URL'],
    options: '[--secret whsec_...]',
    help: 'Make an endpoint, where deliveries go.',
    async run({ api, values: [name, url], options: { secret = [] } }) {
      const [first] = secret;
      const body = { name, url, ...(first === undefined ? {} : { secret: first }) };
      return described('endpoint', await api().post<Made>('/v1/endpoints', body));
    },
  },
  {
    words: 'rules create',
    values: [],
    options: '--file RULE.json',
    help: 'Make a rule from a JSON file; - reads standard input.',
    async run({ api, options: { file } }) {
      if (file === undefined) throw new CliFault('rules create needs --file RULE.json.', 2);
      return described('rule', await api().post<Made>('/v1/rules', jsonIn(file)));
    },
  },
  {
    words: 'deliveries retry',
    values: ['ID'],
    help: 'Deliver again what was settled.',
    async run({ api, values: [id = ''] }) {
      const path = `/v1/deliveries/${encodeURIComponent(id)}/retry`;
      const delivery = await api().post<Made>(path, undefined);
      return { data: delivery, text: `${delivery.id} is ${delivery.state}.` };
    },
  },
];

function described(kind: string, made: Made): CommandResult {
  const lines = [`Made the ${kind} ${made.id} (${made.name}).`];
  if (made.url !== undefined) lines.push(`URL     ${made.url}`);
  for (const { value } of made.secrets ?? []) {
    if (value !== undefined) lines.push(`Secret  ${value}   (shown once, keep it)`);
  }
  return { data: made, text: lines.join('\n') };
}
