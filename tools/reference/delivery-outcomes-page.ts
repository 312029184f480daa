import {
  failedStages,
  stageRules,
  statusRules,
  unknownStatus,
  type Verdict,
} from '#communication/deliveries/domain/judge-outcome.js';
import { code, page, table } from './markdown.ts';

const columns = ['Outcome', 'What follows', 'Retry-After', 'Counts for the breaker', 'Why'];

/** What each outcome of a try leads to, from the table that decides it. */
export function deliveryOutcomesPage(): string {
  const answers = statusRules.map(({ from, to, verdict }) =>
    rowOf(from === to ? String(from) : `${from} to ${to}`, verdict),
  );
  const failures = failedStages.map((stage) => rowOf(code(stage), stageRules[stage]));
  return page(
    '# Outcomes of deliveries',
    'What Signalbox does after each try to deliver. The first row that holds the status of an ' +
      'answer decides. An answer that is longer than 64 KiB is judged by its status; the rest of ' +
      'it is not read.',
    `## Answers\n\n${table(columns, [...answers, rowOf('any other', unknownStatus)])}`,
    `## Failures\n\n${table(columns, failures)}`,
    '## When a try follows',
    'The retry policy of the endpoint says when: by default 8 tries within about 28 hours, each ' +
      'delay 20 % shorter or longer by chance; `delaysMs` lists the delays one by one. Where ' +
      '`Retry-After` is honoured (seconds or an HTTP date), the delivery waits at least that long, ' +
      'up to the longest delay of the policy, and the endpoint gets nothing else until then, up to ' +
      'an hour. After the last try the delivery is exhausted and `communication.delivery-exhausted` ' +
      'tells of it.',
    '## The breaker of an endpoint',
    'Failures in a row that tell of the endpoint (`breaker.opensAfter`, 10) open its breaker. ' +
      'Then a single probe goes after `breaker.probeAfterMs` (30 s), and after twice as long each ' +
      'time it fails, up to an hour; all other deliveries wait and lose no try. The first success ' +
      'closes it and `communication.endpoint-recovered` tells of it. A change of the endpoint ' +
      'closes it too. When every try failed for `breaker.disablesAfterHours` (120), whatever the ' +
      'reason and without two days in which nobody tried, the endpoint is disabled; ' +
      '`communication.endpoint-disabled` tells of that, as it does after a 410.',
  );
}

function rowOf(outcome: string, verdict: Verdict): string[] {
  switch (verdict.verdict) {
    case 'delivered':
      return [outcome, 'delivered', 'no', 'closes it', verdict.why];
    case 'give-up': {
      const action = verdict.disablesEndpoint
        ? 'exhausted at once, the endpoint is disabled'
        : 'exhausted at once';
      return [outcome, action, 'no', blame(verdict), verdict.why];
    }
    case 'retry': {
      const asks = verdict.honoursRetryAfter ? 'honoured' : 'no';
      return [outcome, 'tried again', asks, blame(verdict), verdict.why];
    }
  }
}

function blame({ blames }: Exclude<Verdict, { verdict: 'delivered' }>): string {
  return blames === 'endpoint' ? 'yes' : 'no: it tells of the message';
}
