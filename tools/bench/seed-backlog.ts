import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Writes due deliveries, evenly over the endpoints, straight into the database of a program that
 * does not run: through the API a hundred thousand would take longer than all the rest.
 */
export function seedBacklog(dataFolder: string, endpoints: readonly string[], count: number): void {
  const db = new DatabaseSync(join(dataFolder, 'signalbox.db'));
  const series = `WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n
    WHERE n < ${count - 1})`;
  const nowMs = Date.now() - 60_000;
  db.exec('BEGIN');
  db.exec(`${series} INSERT INTO event_log (id, name, version, type, source, tenant, key,
      occurred_at_ms, correlation_id, traceparent, hops, data)
    SELECT 'evt_seed' || n, 'bench.seeded', 1, 'bench.seeded', '/bench', 'default', n, ${nowMs},
      'cor_' || n, '00-00000000000000000000000000000001-0000000000000001-00', 0, '{}' FROM n`);
  endpoints.forEach((endpoint, index) => {
    db.exec(`${series} INSERT INTO delivery (id, tenant, endpoint_id, event_id, rule_id, state,
        due_at_ms, claims, attempts_made, failed_tries, hops, created_at_ms)
      SELECT 'dlv_seed' || n, 'default', '${endpoint}', 'evt_seed' || n, 'rul_bench', 'due',
        ${nowMs}, 0, 0, 0, 0, ${nowMs} FROM n WHERE n % ${endpoints.length} = ${index}`);
  });
  db.exec('COMMIT');
  db.close();
}
