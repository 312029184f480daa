import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Endpoint } from './endpoint.js';

/** Endpoints as attempts know them: asked for on every try, so they may be up to a second old. */
export abstract class KnownEndpoints {
  abstract find(id: string): Promise<Endpoint | undefined>;
  /** Disables it whatever its revision is; nothing happens when it is disabled or gone. */
  abstract disable(id: string, disabledReason: string): Write;
  /** Call after `disable` was committed. */
  abstract forget(id: string): void;
}
