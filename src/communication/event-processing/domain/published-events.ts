import type { Write } from '#shared-kernel/persistence/statement.js';

/** How a publisher names an event: CloudEvents says that source and id together are unique. */
export interface PublishedName {
  readonly tenant: string;
  readonly source: string;
  readonly cloudEventId: string;
}

/** Which published events are known, so that one that is sent again becomes no second event. */
export abstract class PublishedEvents {
  /** Fails with the conflict `published-event-is-new` when the name is taken. */
  abstract add(name: PublishedName, eventId: string, publishedAtMs: number): Write;
  /** The event (`evt_...`) that has this name. */
  abstract eventIdOf(name: PublishedName): Promise<string | undefined>;
}
