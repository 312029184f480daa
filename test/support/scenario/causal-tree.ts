import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import { errorFields } from '#shared-kernel/messaging/error-fields.js';
import type { ParkedEvent } from './parked-events.ts';
import type { Handling } from './recording-pipeline.ts';

/** What happened in a scenario, as far as it is known. */
export interface Happenings {
  readonly events: readonly EventRow[];
  readonly handlings: readonly Handling[];
  readonly parked: readonly ParkedEvent[];
}

interface Node {
  readonly text: string;
  readonly children: readonly Node[];
}

/**
 * What led to what, as a tree of text: event → reaction → events and commands, with ids, positions,
 * outcomes and errors.
 */
export function causalTree(happenings: Happenings): string {
  const { events, handlings } = happenings;
  const spans = new Set(handlings.map(({ spanId }) => spanId));
  const ids = new Set(events.map(({ id }) => id));
  const fed = events.filter((event) => !spans.has(spanOf(event)));
  const asked = handlings.filter(
    ({ parent, causationId }) => parent === null && (causationId === null || !ids.has(causationId)),
  );
  const roots = [
    ...fed.map((event) => eventNode(event, happenings)),
    ...asked.map((handling) => handlingNode(handling, happenings)),
  ];
  return roots.map((root) => linesOf(root).join('\n')).join('\n');
}

function eventNode(event: EventRow, happenings: Happenings): Node {
  const runs = happenings.handlings.filter(
    ({ parent, causationId }) => parent === null && causationId === event.id,
  );
  const parked = happenings.parked.filter(({ position }) => position === event.position);
  return {
    text: `event ${event.name} v${event.version} ${event.id} @${event.position} ${event.data}`,
    children: [
      ...runs.map((handling) => handlingNode(handling, happenings)),
      ...parked.map((entry) => ({ text: parkedText(entry), children: [] })),
    ],
  };
}

function handlingNode(handling: Handling, happenings: Happenings): Node {
  const inner = happenings.handlings.filter(({ parent }) => parent === handling);
  const events = happenings.events.filter(
    (event) => handling.spanId !== '' && spanOf(event) === handling.spanId,
  );
  return {
    text: `${handling.kind} ${handling.name}: ${outcomeOf(handling)}`,
    children: [
      ...inner.map((child) => handlingNode(child, happenings)),
      ...events.map((event) => eventNode(event, happenings)),
    ],
  };
}

function outcomeOf({ outcome, error }: Handling): string {
  if (outcome !== 'failed') return outcome;
  const fields = errorFields(error);
  return `failed ${String(fields['error.code'])}: ${String(fields['error.message'])}`;
}

function parkedText(entry: ParkedEvent): string {
  const { reaction_id, state, tries, due_at_ms, error_code, error_message } = entry;
  const due = state === 'parked' ? `, due ${new Date(due_at_ms).toISOString()}` : '';
  return `${state} for ${reaction_id} after ${tries} tries${due} (${error_code}: ${error_message})`;
}

function linesOf({ text, children }: Node): string[] {
  return [
    text,
    ...children.flatMap((child, at) => {
      const isLast = at === children.length - 1;
      const [first = '', ...rest] = linesOf(child);
      return [
        `${isLast ? '└─' : '├─'} ${first}`,
        ...rest.map((line) => `${isLast ? '  ' : '│ '} ${line}`),
      ];
    }),
  ];
}

function spanOf({ traceparent }: EventRow): string {
  return traceparent.split('-')[2] ?? '';
}
