/** What a runner knows of its reaction while it works it; thrown away when it loses it. */
export interface ReactionHold {
  /** The fence of every commit. */
  readonly epoch: number;
  /** Up to here the log is settled, in the store. */
  position: number;
  /** How far was read without meeting an event for us; not worth a commit of its own. */
  scannedTo: number;
  /** Keys behind which later events have to wait. */
  blockedKeys: Set<string>;
}

/** Ends a round: another process took the reaction over, or a person changed something of it. */
export class HoldLost extends Error {
  override readonly name = 'HoldLost';
}
