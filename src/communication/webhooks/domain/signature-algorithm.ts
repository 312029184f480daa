import { z } from 'zod';
import { jsonPathSchema } from './json-path.js';

const hashSchema = z.enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512']);
export type HashName = z.infer<typeof hashSchema>;

/**
 * How a secret, as the provider shows it to people, becomes the bytes of a key. `whsec` is base64
 * behind an optional `whsec_`; the `-of-text` forms hash the text first.
 */
export const keyFormSchema = z.enum([
  'utf8',
  'hex',
  'base64',
  'whsec',
  'sha1-of-text',
  'sha256-of-text',
  'sha512-of-text',
]);

const jwtAlgorithmSchema = z.enum([
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'ES256',
  'EdDSA',
]);
export type JwtAlgorithm = z.infer<typeof jwtAlgorithmSchema>;

/** A hash as somebody writes it down. */
export const hashFormSchema = z.enum([
  'md5-hex',
  'sha1-hex',
  'sha256-hex',
  'sha512-hex',
  'md5-base64',
  'sha1-base64',
  'sha256-base64',
  'sha512-base64',
  'sha256-base64url',
]);
export type HashForm = z.infer<typeof hashFormSchema>;

const jwtSchema = z
  .strictObject({
    kind: z.literal('jwt'),
    algorithms: z.array(jwtAlgorithmSchema).min(1).max(5),
    keyForm: keyFormSchema.optional(),
    bodyClaim: z
      .strictObject({ path: jsonPathSchema, form: hashFormSchema })
      .optional()
      .meta({ description: 'The claim that holds a hash of the body.' }),
    urlClaim: z
      .strictObject({ path: jsonPathSchema, form: hashFormSchema })
      .optional()
      .meta({ description: 'The claim that holds a hash of the whole address.' }),
    claims: z
      .array(
        z.strictObject({
          path: jsonPathSchema,
          equals: z.string().max(500).optional(),
          setting: z.string().max(50).optional(),
          secret: z.literal(true).optional(),
          url: z.literal(true).optional(),
        }),
      )
      .max(10)
      .optional()
      .meta({
        description:
          'Claims that must hold a text, the value of a setting, the secret, or the whole address.',
      }),
    maxAgeSeconds: z.int().min(1).max(86_400).optional().meta({
      description: 'Asks for `iat` and refuses what was issued longer ago, or is not issued yet.',
    }),
    leewaySeconds: z.int().min(0).max(600).optional().meta({
      description: 'How far the clocks may differ when exp, nbf and iat are judged; 0 if absent.',
    }),
  })
  .meta({ description: 'RFC 7519; `exp` and `nbf` count whenever they are there.' });

/**
 * Another algorithm is another member here, and the compiler then shows where the verifier must
 * learn it.
 */
export const signatureAlgorithmSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hmac'), hash: hashSchema, keyForm: keyFormSchema }),
  z
    .strictObject({ kind: z.literal('hash'), hash: hashSchema })
    .meta({ description: 'A plain hash of a text that holds `{secret}`.' }),
  z.strictObject({ kind: z.literal('ed25519') }),
  z
    .strictObject({ kind: z.literal('ecdsa-p256'), form: z.enum(['der', 'raw']) })
    .meta({ description: 'With SHA-256; `raw` is r and s, 32 bytes each.' }),
  z.strictObject({
    kind: z.literal('rsa'),
    hash: z.enum(['sha1', 'sha256', 'sha384', 'sha512']),
    padding: z.enum(['pkcs1', 'pss']),
  }),
  jwtSchema,
  z.strictObject({ kind: z.literal('token') }).meta({
    description: 'The secret itself is sent and compared in constant time; nothing is signed.',
  }),
  z.strictObject({ kind: z.literal('basic') }).meta({
    description: 'HTTP Basic; the secret is `user:password`.',
  }),
]);

export type SignatureAlgorithm = z.infer<typeof signatureAlgorithmSchema>;
export type JwtScheme = z.infer<typeof jwtSchema>;
