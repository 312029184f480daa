import { z } from 'zod';
import { headerNameSchema } from './headers.js';
import { placeSchema } from './place.js';
import { pinnedHostSchema } from './remote-key.js';
import { requestConditionSchema } from './request-condition.js';

/** The text of an answer: literals and places of the request, as in a signed string. */
const answerTemplateSchema = z
  .string()
  .max(500)
  .meta({ description: 'Such as `{query:hub.challenge}` or `{json:challenge}`.' });

const answerHmacSchema = z
  .strictObject({
    hmac: z.enum(['sha1', 'sha256', 'sha512']),
    encoding: z.enum(['hex', 'base64']),
    of: answerTemplateSchema,
    prefix: answerTemplateSchema.optional(),
  })
  .meta({ description: 'HMAC of a text with the first secret of the source as its key.' });

const answerValueSchema = z.union([answerTemplateSchema, z.int(), z.boolean(), answerHmacSchema]);

const answerSchema = z.strictObject({
  status: z.int().min(200).max(299).optional().meta({ description: '200 when absent.' }),
  headers: z.record(headerNameSchema, answerTemplateSchema).optional(),
  text: z.union([answerTemplateSchema, answerHmacSchema]).optional(),
  json: z.record(z.string().max(100), answerValueSchema).optional(),
});

const actionSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('confirm'),
      url: placeSchema,
      hosts: z.array(pinnedHostSchema).min(1).max(5),
    })
    .meta({ description: 'Calls the address that the request names, on these hosts only.' }),
  z
    .strictObject({ kind: z.literal('keep'), value: placeSchema })
    .meta({ description: 'Keeps a value that a person must read, and shows it on the source.' }),
]);

/**
 * A request that is no webhook: it asks whether the address is ours, or sets something up. The
 * first handshake whose method and conditions fit is answered, and nothing is stored.
 */
export const handshakeSchema = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST']),
  when: z.array(requestConditionSchema).max(5).optional(),
  signed: z.boolean().optional().meta({
    description: 'Whether its signature is checked first: POST unless it says false, else never.',
  }),
  answer: answerSchema,
  action: actionSchema.optional(),
});

export type Handshake = z.infer<typeof handshakeSchema>;
export type AnswerScheme = z.infer<typeof answerSchema>;
export type AnswerHmac = z.infer<typeof answerHmacSchema>;
export type AnswerValue = z.infer<typeof answerValueSchema>;
