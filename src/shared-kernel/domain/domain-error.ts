/** One fault of one field of an input, addressed by its path (`action.endpointId`, `secrets.0`). */
export interface FieldFault {
  readonly path: string;
  readonly fault: string;
}

/** One entry of a module's error catalogue: what clients may rely on, and what they should do. */
export interface ErrorDefinition {
  /** HTTP status that the one error mapper answers with. */
  readonly status: number;
  /** Short, stable summary of the kind of problem (RFC 9457 `title`). */
  readonly title: string;
  /** What the caller should do about it; stands in the reference page of errors. */
  readonly remedy: string;
  /** True of a state that somebody chose: nobody needs to be told of it, whatever its status. */
  readonly chosen?: true;
}

/** What one occurrence adds to its catalogue entry. */
export interface ErrorDetails {
  readonly fields?: readonly FieldFault[];
  /** Sent as `Retry-After`, in seconds. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A broken rule with a catalogued, stable code. Everything else that is thrown is a bug. */
export class DomainError extends Error {
  readonly fields: readonly FieldFault[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: string,
    readonly definition: ErrorDefinition,
    detail: string,
    details: ErrorDetails = {},
  ) {
    super(detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DomainError';
    this.fields = details.fields;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/**
 * Statuses of refusals that stay the same however long one waits. Not 404 and 409: what is missing
 * may be about to be made, and states change.
 */
const lastingStatuses: ReadonlySet<number> = new Set([400, 401, 403, 410, 413, 422]);

/**
 * Whether the same work may succeed later without a person's help. What cannot is not worth a
 * retry; a bug counts as what can, since a new version may run the next try.
 */
export function canPassLater(error: unknown): boolean {
  return !(error instanceof DomainError) || !lastingStatuses.has(error.definition.status);
}

/** Makes one occurrence: `detail` says what is wrong here and what to do. */
export type ErrorFactory = ((detail: string, details?: ErrorDetails) => DomainError) & {
  readonly code: string;
  readonly definition: ErrorDefinition;
};

/**
 * Every catalogued code of the program, filled by `defineErrors`; the reference page and its test
 * read it.
 */
export const errorCatalogue = new Map<string, ErrorDefinition>();

/**
 * Declares a module's error catalogue. The key `signatureMismatch` in the module `webhooks` becomes
 * the stable code `webhooks.signature-mismatch`.
 *
 * @throws Error when a code is declared twice: that is a programming fault and stops the start.
 */
export function defineErrors<const Catalogue extends Record<string, ErrorDefinition>>(
  module: string,
  catalogue: Catalogue,
): { readonly [Key in keyof Catalogue]: ErrorFactory } {
  const factories: Record<string, ErrorFactory> = {};
  for (const [key, definition] of Object.entries(catalogue)) {
    const code = `${module}.${kebabCase(key)}`;
    if (errorCatalogue.has(code)) throw new Error(`the error code ${code} is declared twice`);
    errorCatalogue.set(code, definition);
    const factory = (detail: string, details?: ErrorDetails) =>
      new DomainError(code, definition, detail, details);
    factories[key] = Object.assign(factory, { code, definition });
  }
  return factories as { readonly [Key in keyof Catalogue]: ErrorFactory };
}

function kebabCase(camelCase: string): string {
  return camelCase.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
