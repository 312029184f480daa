import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import { httpErrors } from './http-errors.js';

/** One fault as any Standard Schema library reports it (https://standardschema.dev). */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Faults that one answer names: enough to mend a request, and no amplifier for a bad one. */
const faultsMax = 50;

/**
 * Checks what stands behind `@Body({ schema })`, `@Query({ schema })` and `@Param('id', { schema
 * })`.
 */
export function createValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({ exceptionFactory: invalidRequest });
}

/**
 * `http.invalid-request` with a fault for each issue, at its path (`action.endpointId`,
 * `secrets.0`).
 */
export function invalidRequest(issues: readonly SchemaIssue[]) {
  const fields = issues.slice(0, faultsMax).map((issue): FieldFault => ({
    path: (issue.path ?? []).map(segmentOf).join('.'),
    fault: issue.message,
  }));
  const where = fields.slice(0, 3).map(({ path, fault }) => (path ? `${path}: ${fault}` : fault));
  const more = issues.length > 3 ? ` and ${issues.length - 3} more` : '';
  return httpErrors.invalidRequest(`${where.join('; ')}${more}.`, { fields });
}

function segmentOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
