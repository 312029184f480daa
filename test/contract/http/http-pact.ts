import { Matchers, Pact, SpecificationVersion } from '@pact-foundation/pact';
import type { StateName } from './provider-states.ts';

/** One request of a client that we ship, and what it reads of the answer. */
export interface HttpPact {
  readonly consumer: 'cli' | 'api-client' | 'webhook-sender';
  /** `lists sources` */
  readonly title: string;
  readonly state: StateName;
  readonly method: string;
  /** Text, or a value that the state gives. */
  readonly path: Parameters<Interaction['withRequest']>[1];
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly status: number;
  /** What the client reads, and nothing more. */
  readonly reads?: object;
  /** Bytes, and their content type, where the answer is no JSON. */
  readonly readsBytes?: readonly [contentType: string, bytes: string];
  readonly contentType?: string;
  /** Lets the real client work against a server at this address, and asserts what it makes of it. */
  use(url: string): Promise<void>;
}

type Interaction = ReturnType<Pact['addInteraction']>;

export const providerName = 'signalbox';

/** Lets the client work against a mock that knows only this pact, and writes the pact down. */
export async function agree(pact: HttpPact, folder: string): Promise<void> {
  const { title, state, method, path, status } = pact;
  const writer = new Pact({
    consumer: pact.consumer,
    provider: providerName,
    dir: folder,
    spec: SpecificationVersion.SPECIFICATION_VERSION_V4,
    logLevel: 'error',
  });
  await writer
    .addInteraction()
    .given(state)
    .uponReceiving(title)
    .withRequest(method, path, (request) => {
      if (pact.headers !== undefined) request.headers(pact.headers);
      if (pact.query !== undefined) request.query(pact.query);
      if (pact.body !== undefined) request.jsonBody(pact.body);
    })
    .willRespondWith(status, (response) => {
      const { contentType = 'application/json' } = pact;
      if (pact.reads !== undefined) {
        response.headers({ 'Content-Type': contentType }).jsonBody(pact.reads);
      }
      if (pact.readsBytes !== undefined) {
        const [type, bytes] = pact.readsBytes;
        response.body(type, Buffer.from(bytes));
      }
    })
    .executeTest(({ url }) => pact.use(url));
}

/**
 * Text around a value that the state gives.
 *
 * @param name of the value, in what the state returns
 * @param example stands in for it while the client works against the mock
 */
export function fromState(name: string, example: string, before = '', after = '') {
  const expression = `${before}\${${name}}${after}`;
  return Matchers.fromProviderState(expression, `${before}${example}${after}`);
}
