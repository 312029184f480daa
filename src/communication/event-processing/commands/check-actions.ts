import type { QueryBus } from '@nestjs/cqrs';
import { EndpointExists } from '#communication/deliveries/contracts/endpoint-exists.query.js';
import { CheckTemplate } from '#communication/notifications/contracts/check-template.query.js';
import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import type { RuleAction } from '../domain/rule.js';
import { eventErrors } from '../errors.js';

type Deliver = Extract<RuleAction, { kind: 'deliver' }>;
type Email = Extract<RuleAction, { kind: 'email' }>;

/**
 * Refuses actions that could never work: endpoints that the tenant has not, templates that do not
 * compile.
 *
 * @throws event-processing.unknown-endpoint or event-processing.invalid-template with the faults of
 *   all actions, at paths like `actions.0.endpointId`
 */
export async function checkActions(
  queries: QueryBus,
  tenant: string,
  actions: readonly RuleAction[],
): Promise<void> {
  const faults = await Promise.all(
    actions.map((action) =>
      action.kind === 'deliver'
        ? endpointFaults(queries, tenant, action)
        : templateFaults(queries, action),
    ),
  );
  const fields = faults.flatMap((found, at) =>
    found.map(({ path, fault }) => ({ path: `actions.${at}.${path}`, fault })),
  );
  if (fields.length === 0) return;
  const where = fields.map(({ path }) => path).join(', ');
  const endpoints = actions.some((action, at) => action.kind === 'deliver' && faults[at]?.length);
  throw endpoints
    ? eventErrors.unknownEndpoint(`There is no such endpoint: see ${where}.`, { fields })
    : eventErrors.invalidTemplate(`Liquid cannot read ${where}.`, { fields });
}

async function endpointFaults(
  queries: QueryBus,
  tenant: string,
  { endpointId }: Deliver,
): Promise<FieldFault[]> {
  const exists = await queries.execute(new EndpointExists({ tenant, endpointId }));
  return exists ? [] : [{ path: 'endpointId', fault: 'is not an endpoint of this tenant' }];
}

function templateFaults(
  queries: QueryBus,
  { subject, text, html }: Email,
): Promise<readonly FieldFault[]> {
  return queries.execute(new CheckTemplate({ subject, text, html }));
}
