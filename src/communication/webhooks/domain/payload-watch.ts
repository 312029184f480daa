/** What is looked at of a webhook. */
export interface WatchedWebhook {
  readonly id: string;
  readonly tenant: string;
  readonly sourceId: string;
  readonly provider: string;
  readonly eventType: string;
}

/** Looks at payloads as they come in: bounded in time and memory, so it may leave some out. */
export abstract class PayloadWatch {
  /** @param json the parsed payload; undefined when it is no JSON, of which nothing is learned */
  abstract look(webhook: WatchedWebhook, json: unknown): void;
}
