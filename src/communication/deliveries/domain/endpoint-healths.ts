import type { Write } from '#shared-kernel/persistence/statement.js';
import type { EndpointHealth } from './endpoint-health.js';

/** The health of an endpoint as it was at a revision; later revisions start afresh. */
export interface RecordedHealth {
  readonly endpointId: string;
  readonly endpointRevision: number;
  readonly health: EndpointHealth;
}

/** Where the health of endpoints is kept that are not all well. */
export abstract class EndpointHealths {
  /** Those that are not well, in the order of their ids; bounded. */
  abstract list(): Promise<RecordedHealth[]>;
  /** Replaces what is known of an endpoint. */
  abstract record(recorded: RecordedHealth): Write;
}
