import type { Rule } from './rule.js';

/**
 * Id of the rule that belongs to an endpoint: the same digits behind another prefix, so that there
 * is never a second one, whoever asks at the same time.
 */
export function endpointRuleId(endpointId: string): string {
  return endpointId.replace(/^end_/, 'rul_');
}

interface Subscription {
  readonly tenant: string;
  readonly endpointId: string;
  readonly name: string;
  readonly types: readonly string[];
}

/** The rule that sends these types of events to an endpoint. */
export function endpointRule(subscription: Subscription, before: Rule | undefined, nowMs: number) {
  const { tenant, endpointId, name, types } = subscription;
  const rule: Rule = {
    id: endpointRuleId(endpointId),
    tenant,
    name,
    match: { types: [...types] },
    actions: [{ kind: 'deliver', endpointId }],
    state: 'enabled',
    revision: (before?.revision ?? 0) + 1,
    createdAtMs: before?.createdAtMs ?? nowMs,
  };
  return rule;
}
