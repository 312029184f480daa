import { type EndpointFlow, endpointFlowSchema, flowOf } from '../domain/endpoint-flow.js';
import { type RetryPolicy, retryPolicySchema } from '../domain/retry-policy.js';

/** What of an endpoint says when it is sent to. */
interface SendingRules extends EndpointFlow {
  readonly retryPolicy: RetryPolicy;
}

/** The same as the row of an endpoint holds it: JSON. */
interface FlowColumns {
  readonly retry_policy: string;
  readonly flow: string;
}

export function columnsOfFlow(rules: SendingRules): FlowColumns {
  return {
    retry_policy: JSON.stringify(rules.retryPolicy),
    flow: JSON.stringify(flowOf(rules)),
  };
}

/** What a row of an older release does not say has its default. */
export function flowOfColumns({ retry_policy, flow }: FlowColumns): SendingRules {
  return {
    retryPolicy: retryPolicySchema.parse(JSON.parse(retry_policy)),
    ...endpointFlowSchema.parse(JSON.parse(flow)),
  };
}
