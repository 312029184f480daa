/** What messaging needs to be told. */
export abstract class MessagingSettings {
  /** External effects of one kind in flight at once. */
  abstract readonly dueWorkConcurrency: number;
  /** How long external effects in flight may end by themselves when the program stops. */
  abstract readonly drainTimeoutMs: number;
}
