import type { Store } from '#shared-kernel/persistence/store.js';

/** An event that a reaction could not handle, as the store keeps it. */
export interface ParkedEvent {
  readonly reaction_id: string;
  readonly position: number;
  readonly state: string;
  readonly tries: number;
  readonly due_at_ms: number;
  readonly error_code: string;
  readonly error_message: string;
}

/** Every parked, waiting and dead event, in the order of the log. */
export async function parkedEvents(store: Store): Promise<ParkedEvent[]> {
  return store.list<ParkedEvent & Record<string, unknown>>({
    sql: `SELECT reaction_id, position, state, tries, due_at_ms, error_code, error_message
      FROM parked_event ORDER BY position, reaction_id`,
    parameters: [],
  });
}
