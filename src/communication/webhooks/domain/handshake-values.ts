import type { Write } from '#shared-kernel/persistence/statement.js';

/** A value that a provider sent once for a person to read, such as a verification token. */
export interface HandshakeValue {
  readonly id: string;
  readonly tenant: string;
  readonly sourceId: string;
  readonly value: string;
  readonly receivedAtMs: number;
}

/** Where such values are kept: the newest of each source, for as long as history is. */
export abstract class HandshakeValues {
  abstract keep(value: HandshakeValue): readonly Write[];
  /** Newest first. */
  abstract ofSource(tenant: string, sourceId: string): Promise<readonly HandshakeValue[]>;
}
