/** An event with its history, as `GET /v1/events/{id}` answers. */
export interface TimelineAnswer {
  readonly id: string;
  readonly type: string;
  readonly traceId: string;
  readonly timeline: readonly TimelineEntry[];
}

interface TimelineEntry {
  readonly kind: string;
  readonly at: string;
  readonly [fact: string]: unknown;
}

interface Attempt {
  readonly durationMs: number;
  readonly status?: number | null;
  readonly failure?: string | null;
  readonly response?: string;
}

/** The history of an event as a tree for people. */
export function describeTimeline(event: TimelineAnswer): string {
  const lines = [`${event.type}  ${event.id}  trace ${event.traceId}`];
  event.timeline.forEach((entry, index) => {
    const last = index === event.timeline.length - 1;
    lines.push(`${last ? '└─' : '├─'} ${entry.at.slice(11, 23)}  ${describeEntry(entry)}`);
    for (const attempt of (entry['attempts'] ?? []) as Attempt[]) {
      lines.push(`${last ? '  ' : '│ '}     └─ try: ${describeAttempt(attempt)}`);
    }
  });
  return lines.join('\n');
}

function describeEntry(entry: TimelineEntry): string {
  const text = (fact: string): string => String(entry[fact]);
  switch (entry.kind) {
    case 'webhook-received':
      return `webhook ${text('webhookId')} from ${text('provider')}, ${text('bodyBytes')} bytes`;
    case 'rule-matched':
      return `rule "${text('ruleName')}" matched`;
    case 'rule-not-matched':
      return `rule "${text('ruleName')}" did not: ${text('because')}`;
    case 'more-rules-not-matched':
      return `${text('count')} more rules did not match`;
    case 'delivery':
      return `delivery ${text('deliveryId')} to ${text('endpointId')}: ${text('state')}`;
    case 'notification':
      return `mail to ${String(entry['to'])} "${text('subject')}": ${text('state')}${waiting(entry)}`;
    default:
      return entry.kind;
  }
}

/** Why a due mail is not tried, when something stands in its way. */
function waiting({ waitsBecause }: TimelineEntry): string {
  return typeof waitsBecause === 'string' ? `, since ${waitsBecause}` : '';
}

function describeAttempt({ durationMs, status, failure, response }: Attempt): string {
  const outcome = response ?? failure ?? `answered ${String(status)}`;
  return `${outcome} after ${durationMs} ms`;
}
