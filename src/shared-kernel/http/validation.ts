import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import { httpErrors } from './http-errors.js';
import { contractOfCurrentRoute, httpConsumer } from './route-contract.js';

/** One fault as any Standard Schema library reports it (https://standardschema.dev). */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Faults that one answer names: enough to mend a request, and no amplifier for a bad one. */
const faultsMax = 50;

/**
 * Checks what stands behind `@Body({ schema })`, `@Query({ schema })` and `@Param('id', { schema
 * })`, and counts each check under its route.
 */
export class ValidationPipe extends StandardSchemaValidationPipe {
  constructor(private readonly contracts: ContractChecker) {
    super({ exceptionFactory: invalidRequest });
  }

  protected override validate<Value>(
    ...[value, schema, options]: Parameters<StandardSchemaValidationPipe['validate']>
  ) {
    const startedAt = performance.now();
    const result = super.validate<Value>(value, schema, options);
    // Zod's schemas answer at once unless one of them waits for something, and none of ours does.
    if (!(result instanceof Promise)) {
      this.contracts.record({
        contract: contractOfCurrentRoute(),
        direction: 'in',
        consumer: httpConsumer,
        fits: result.issues === undefined,
        seconds: (performance.now() - startedAt) / 1_000,
      });
    }
    return result;
  }
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
