import type { Row, Store } from '#shared-kernel/persistence/store.js';
import type { Findings } from './crash-plan.ts';

const rows = <Result extends Row>(store: Store, sql: string): Promise<Result[]> =>
  store.list<Result>({ sql, parameters: [] });

async function count(store: Store, sql: string): Promise<number> {
  const [row] = await rows<{ n: number }>(store, sql);
  return row?.n ?? 0;
}

const openJobs = 'FROM crash_job WHERE due_at_ms IS NOT NULL';
const openParked = "FROM parked_event WHERE state <> 'dead'";
/** Found by its position: an OR over both reactions would read the whole log at each look. */
const unreadBy = (reaction: string, event: string) => `FROM event_log WHERE name = '${event}'
  AND position > (SELECT position FROM reaction WHERE id = '${reaction}')`;
const open = [
  openJobs,
  openParked,
  unreadBy('crash.effect-when-thing-happened', 'crash.thing-happened'),
  unreadBy('crash.follow-up-when-thing-noticed', 'crash.thing-noticed'),
];

/** Whether every event is handled and every effect made. */
export async function isDrained(store: Store): Promise<boolean> {
  for (const rest of open) {
    if ((await rows(store, `SELECT 1 AS one ${rest} LIMIT 1`)).length > 0) return false;
  }
  return true;
}

/** Everything that the database says of what happened, counted there where it can be. */
export async function findings(store: Store): Promise<Findings> {
  const happened = "FROM event_log WHERE name = 'crash.thing-happened'";
  const number =
    store.dialect === 'sqlite' ? "json_extract(data, '$.n')" : "(data::json->>'n')::bigint";
  const stored = await rows<{ n: number }>(store, `SELECT ${number} AS n ${happened} ORDER BY n`);
  const numbers = stored.map(({ n }) => n);
  return {
    stored: stretches(numbers),
    storedTwice: numbers.length - new Set(numbers).size,
    effects: await count(store, 'SELECT count(*) AS n FROM crash_effect'),
    wrongSums: await count(
      store,
      `SELECT count(*) AS n FROM crash_sum JOIN
        (SELECT key AS k, sum(n) AS expected FROM crash_effect GROUP BY key) AS effects ON k = key
        WHERE total <> expected`,
    ),
    // By the order in which effects were committed, which their ids give within one key.
    inversions: await count(
      store,
      `SELECT count(*) AS n FROM
        (SELECT position, lag(position) OVER (PARTITION BY key ORDER BY id) AS former FROM crash_effect)
        AS neighbours WHERE former > position`,
    ),
    followUps: await count(store, 'SELECT count(*) AS n FROM crash_follow_up'),
    unfinishedJobs: await count(store, `SELECT count(*) AS n ${openJobs}`),
    unsettled: await rows(
      store,
      `SELECT id, taken, handled, skipped FROM reaction WHERE taken <> handled
        OR taken <> (SELECT count(*) FROM crash_effect)
        OR EXISTS (SELECT 1 FROM parked_event WHERE reaction_id = reaction.id)`,
    ),
  };
}

/** Sorted numbers as stretches without gaps: `[first, last]`. */
function stretches(numbers: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const n of numbers) {
    const last = found.at(-1);
    if (last !== undefined && n <= last[1] + 1) last[1] = n;
    else found.push([n, n]);
  }
  return found;
}
