import { z } from 'zod';

const textMax = 2_048;
const scopeCharsMax = 1_000;

/** How a receiver is told who calls: a token by OAuth 2.0 client credentials (RFC 6749, 4.4). */
export interface EndpointAuth {
  readonly kind: 'oauth2-client-credentials';
  /** As `checkEndpointUrl` returned it. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the client says who it is: in the `authorization` header, or in the form. */
  readonly method: 'client_secret_basic' | 'client_secret_post';
  readonly scope: string | null;
  readonly audience: string | null;
}

const fields = {
  kind: z.literal('oauth2-client-credentials'),
  tokenUrl: z.string().min(1).max(textMax),
  clientId: z.string().min(1).max(textMax),
  clientSecret: z.string().min(1).max(textMax).meta({ description: 'Never shown.' }),
  method: z.enum(['client_secret_basic', 'client_secret_post']),
  scope: z.string().min(1).max(scopeCharsMax).nullable(),
  audience: z.string().min(1).max(textMax).nullable(),
};

/** Authentication of a new endpoint. */
export const authInput = z
  .strictObject({
    ...fields,
    method: fields.method.default('client_secret_basic'),
    scope: fields.scope.default(null),
    audience: fields.audience.default(null),
  })
  .meta({
    description:
      'A bearer token by OAuth 2.0 client credentials. It is kept until shortly before it ends, ' +
      'and asked for again, once, when the receiver answers 401.',
  });

/** A merge patch of it. */
export const authPatch = z.strictObject(fields).partial();

/** As others may see it. */
export const authState = z.strictObject(fields).omit({ clientSecret: true });

export function authStateOf(auth: EndpointAuth): z.output<typeof authState> {
  const { clientSecret: _clientSecret, ...shown } = auth;
  return shown;
}
