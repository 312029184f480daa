import type { Page } from '#shared-kernel/domain/page.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Endpoint } from './endpoint.js';

/** Which endpoints a list shows, oldest first. */
export interface EndpointFilter {
  readonly tenant: string;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Where endpoints are kept. Changes are writes that the caller commits. */
export abstract class EndpointRegistry {
  abstract byId(tenant: string, id: string): Promise<Endpoint | undefined>;
  abstract list(filter: EndpointFilter): Promise<Page<Endpoint>>;
  abstract add(endpoint: Endpoint): Write;
  /** Replaces the endpoint as it was one revision before. */
  abstract replace(endpoint: Endpoint): Write;
  abstract remove(endpoint: Endpoint): Write;
  /** Call after a change was committed, so that attempts of this process see it at once. */
  abstract forget(id: string): void;
}
