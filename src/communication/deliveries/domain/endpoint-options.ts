import { z } from 'zod';
import { authInput, authPatch, authState, type EndpointAuth } from './endpoint-auth.js';
import {
  headersInput,
  headersPatch,
  headersState,
  type EndpointHeaders,
} from './endpoint-headers.js';
import { tlsInput, tlsPatch, tlsState, type EndpointTls } from './endpoint-tls.js';
import { validationModes } from './endpoint-validation.js';

const eventTypesMax = 100;
const eventTypeCharsMax = 200;
const proxyCharsMax = 500;

/** What an endpoint says beside its address: what it wants, and how it is called. */
export interface EndpointOptions {
  /** Types, or beginnings of types with a `*` behind them; null for all. */
  readonly eventTypes: readonly string[] | null;
  readonly headers: EndpointHeaders;
  /** Whether messages are signed by RFC 9421 too, with the same secrets. */
  readonly httpSignatures: boolean;
  readonly tls: EndpointTls | null;
  readonly auth: EndpointAuth | null;
  /** Origin of one of the operator's forward proxies; null for a direct connection. */
  readonly proxy: string | null;
  readonly validationMode: (typeof validationModes)[number];
}

/** An endpoint that says nothing of it. */
export const defaultOptions: EndpointOptions = {
  eventTypes: null,
  headers: {},
  httpSignatures: false,
  tls: null,
  auth: null,
  proxy: null,
  validationMode: 'none',
};

const eventType = z
  .string()
  .min(1)
  .max(eventTypeCharsMax)
  .refine((pattern) => !pattern.slice(0, -1).includes('*'), '`*` may only stand at the end');
const shared = {
  eventTypes: z
    .array(eventType)
    .min(1)
    .max(eventTypesMax)
    .nullable()
    .meta({
      description:
        'Only events of these types are delivered, whatever the rules say: a type, or the ' +
        'beginning of one followed by `*`. Null is all of them.',
      examples: [['order.paid', 'invoice.*']],
    }),
  httpSignatures: z.boolean().meta({
    description:
      'Adds `content-digest`, `signature-input` and `signature` (RFC 9421, RFC 9530), made with ' +
      'the same secrets: `hmac-sha256` or `ed25519`. The key id is the id of the secret.',
  }),
  proxy: z
    .url()
    .max(proxyCharsMax)
    .nullable()
    .meta({
      description:
        'A forward proxy that messages go through: the address of one that the operator allows ' +
        'in OUTBOUND_PROXIES. Null connects directly.',
    }),
  validation: z.enum(validationModes).meta({
    description:
      '`cloudevents-options` asks the receiver before the first message, and after the URL ' +
      'changed, whether it wants any (CloudEvents, HTTP 1.1 Web Hooks, section 4).',
  }),
};

/** Fields of a new endpoint. */
export const optionsInput = {
  eventTypes: shared.eventTypes.default(null),
  headers: headersInput.default({}),
  httpSignatures: shared.httpSignatures.default(false),
  tls: tlsInput.nullable().default(null),
  auth: authInput.nullable().default(null),
  proxy: shared.proxy.default(null),
  validation: shared.validation.default('none'),
};

/** Fields of a merge patch; null takes an option away. */
export const optionsPatch = {
  eventTypes: shared.eventTypes.optional(),
  headers: headersPatch.nullable().optional(),
  httpSignatures: shared.httpSignatures.optional(),
  tls: tlsPatch.nullable().optional(),
  auth: authPatch.nullable().optional(),
  proxy: shared.proxy.optional(),
  validation: shared.validation.optional(),
};

/** Fields of an endpoint as others may see it: nothing that is secret. */
export const optionsState = {
  eventTypes: shared.eventTypes,
  headers: headersState,
  httpSignatures: shared.httpSignatures,
  tls: tlsState.nullable(),
  auth: authState.nullable(),
  proxy: shared.proxy,
  validation: shared.validation,
};

/** Whether an endpoint wants events of this type. */
export function wantsEventType(
  { eventTypes }: Pick<EndpointOptions, 'eventTypes'>,
  type: string,
): boolean {
  if (eventTypes === null) return true;
  return eventTypes.some((wanted) =>
    wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted,
  );
}
