import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { always } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { TestSignalbox } from './running-signalbox.ts';

/** Code with which events that `appendBroken` appended are parked. */
export const brokenCode = 'contracts.violated';

/**
 * Appends events whose stored data no longer fits its contract, as after a fault of the program: the
 * reaction parks them, since a newer version may be able to read them.
 *
 * @param breaks what is wrong in the data that is stored
 * @returns the data that stands in the log, for each event
 */
export async function appendBroken(
  { app, api }: TestSignalbox,
  reaction: string,
  events: readonly NewEvent[],
  breaks: object,
): Promise<object[]> {
  const named = events.map((event) => ({ ...event, id: newId('evt', Date.now()) }));
  const broken = named.map(({ data }) => ({ ...(data as object), ...breaks }));
  await api.call('PATCH', `/v1/reactions/${reaction}`, { paused: true });
  await app.get(EventLog, { strict: false }).commit({ events: named });
  const writes = named.map(({ id }, index) => {
    const json = JSON.stringify(broken[index]);
    const sql = `UPDATE event_log SET data = '${json}' WHERE id = '${id}'`;
    return always({ sql, parameters: [] });
  });
  await app.get(Store, { strict: false }).commit(writes);
  await api.call('PATCH', `/v1/reactions/${reaction}`, { paused: false });
  return broken;
}
