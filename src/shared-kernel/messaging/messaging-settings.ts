/** What messaging needs to be told. */
export abstract class MessagingSettings {
  /** Names this process among those that share the store; what it claims bears this name. */
  abstract readonly instanceId: string;
  /** External effects of one kind in flight at once. */
  abstract readonly dueWorkConcurrency: number;
  /** How long external effects in flight may end by themselves when the program stops. */
  abstract readonly drainTimeoutMs: number;
  /** Silence after which another process counts as dead; what is usual when it is left out. */
  abstract readonly silenceMaxMs?: number;
}
