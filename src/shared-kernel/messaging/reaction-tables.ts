/**
 * `parked` waits for its next try, `waiting` stands behind a parked event of its key, `dead` waits
 * for a person.
 */
export type ParkedState = 'parked' | 'waiting' | 'dead';

/** What became of a replay: it runs, came to its end, or a person ended it. */
type ReplayState = 'running' | 'done' | 'cancelled';

interface ReactionTable {
  id: string;
  /** Up to here the log is settled. */
  position: number;
  registered_at_ms: number;
  /** Instance that works the reaction, null while nobody does. */
  owner: string | null;
  /** Raised by every takeover and by every change that a person makes. */
  epoch: number;
  paused_at_ms: number | null;
  /** Events given to it; equals handled, skipped and parked ones together. */
  taken: number;
  handled: number;
  skipped: number;
}

interface ParkedTable {
  reaction_id: string;
  position: number;
  key: string;
  state: ParkedState;
  tries: number;
  due_at_ms: number;
  error_code: string;
  error_message: string;
  parked_at_ms: number;
  /** JSON that a person put in place of the event's data; null for the data of the log. */
  edited_data: string | null;
}

interface ReplayTable {
  id: string;
  reaction_id: string;
  state: ReplayState;
  after_position: number;
  up_to_position: number;
  /** Up to here it came. */
  position: number;
  /** Only events with this key, null for all. */
  key: string | null;
  /** Only events of this type, null for all. */
  type: string | null;
  selected: number;
  handled: number;
  parked: number;
  /** Events that were left alone, since they are parked already and get their try there. */
  passed_over: number;
  requested_at_ms: number;
  finished_at_ms: number | null;
}

interface InstanceTable {
  id: string;
  heartbeats: number;
  /** JSON array of the reactions that it has. */
  reactions: string;
  started_at_ms: number;
}

/** Tables of reactions: checkpoints, parked events, replays, and who shares the work. */
export interface ReactionTables {
  reaction: ReactionTable;
  parked_event: ParkedTable;
  reaction_replay: ReplayTable;
  instance: InstanceTable;
}

export type ReactionRow = Readonly<ReactionTable>;
export type ParkedRow = Readonly<ParkedTable>;
export type ReplayRow = Readonly<ReplayTable>;
export type InstanceRow = Readonly<InstanceTable>;
