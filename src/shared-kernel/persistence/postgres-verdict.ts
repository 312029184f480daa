import { errorOf, faultOf, type PostgresFault, uniqueViolation } from './postgres-faults.js';
import type { Answer } from './postgres-session.js';
import type { Write } from './statement.js';
import type { Row } from './store.js';

/** What became of one commit of a group. */
export type WriteOutcome =
  | { readonly kind: 'committed'; readonly rows: readonly (readonly Row[])[] }
  | { readonly kind: 'conflict'; readonly conflict: string }
  | { readonly kind: 'failed'; readonly fault: PostgresFault; readonly error: Error };

/** Holds the answers to the writes of a commit against what each expected. */
export function judge(
  writes: readonly Write[],
  answers: readonly PromiseSettledResult<Answer>[],
): WriteOutcome {
  const rows: (readonly Row[])[] = [];
  for (const [index, { expect, conflict = 'expectation', returning }] of writes.entries()) {
    const answer = answers[index];
    if (answer?.status !== 'fulfilled') return verdictOf(answer?.reason, expect, conflict);
    if (expect === 'one-row' && answer.value.changed !== 1) return { kind: 'conflict', conflict };
    rows.push(returning === true ? answer.value.rows : []);
  }
  return { kind: 'committed', rows };
}

function verdictOf(reason: unknown, expect: Write['expect'], conflict: string): WriteOutcome {
  const fault = faultOf(reason);
  if (expect === 'absent' && fault.code === uniqueViolation) return { kind: 'conflict', conflict };
  return { kind: 'failed', fault, error: errorOf(fault) };
}
