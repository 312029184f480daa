import type { Write } from '#shared-kernel/persistence/statement.js';
import type { EndpointValidation } from './endpoint-validation.js';
import type { Endpoint } from './endpoint.js';

/** Endpoints as attempts know them: asked for on every try, so they may be up to a second old. */
export abstract class KnownEndpoints {
  abstract find(id: string): Promise<Endpoint | undefined>;
  /** Disables it whatever its revision is; conflict when it is disabled or gone. */
  abstract disable(id: string, disabledReason: string): Write;
  /** Keeps what a receiver answered, if the endpoint still has the URL that was asked. */
  abstract recordValidation(id: string, validation: EndpointValidation): Write;
  /** Call after `disable` or `recordValidation` was committed. */
  abstract forget(id: string): void;
}
