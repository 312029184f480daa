import { z } from 'zod';
import { idPattern } from '#shared-kernel/domain/ids.js';

const nameCharsMax = 200;
const typesMax = 50;
const typeCharsMax = 200;
const sourcesMax = 50;
const sourceCharsMax = 500;
const conditionsMax = 20;
const pathStepsMax = 10;
const pathCharsMax = 300;
const comparedCharsMax = 1_000;
const actionsMax = 10;
const recipientsMax = 20;
const subjectCharsMax = 500;
const textCharsMax = 20_000;
const htmlCharsMax = 50_000;

const typePattern = z
  .string()
  .min(1)
  .max(typeCharsMax)
  .refine((pattern) => !pattern.slice(0, -1).includes('*'), '`*` may only stand at the end')
  .describe('An event type, or the beginning of one followed by `*`.');

const dataPath = z
  .string()
  .max(pathCharsMax)
  .refine((path) => path.split('.').length <= pathStepsMax, `at most ${pathStepsMax} steps`)
  .refine((path) => !path.split('.').includes(''), 'every step between the dots needs a name')
  .describe('Where the value stands in the data, e.g. `pull_request.base.ref` or `commits.0.id`.');

const dataCondition = z
  .strictObject({
    path: dataPath,
    equals: z
      .union([z.string().max(comparedCharsMax), z.number(), z.boolean(), z.null()])
      .optional(),
    prefix: z.string().min(1).max(comparedCharsMax).optional(),
  })
  .refine(
    (condition) => (condition.equals === undefined) !== (condition.prefix === undefined),
    'give exactly one of equals and prefix',
  );

/**
 * What an event must look like for a rule to act on it. All parts that are given must hold; a match
 * without parts holds for every event. Within `types` and `sources` one hit is enough.
 */
export const ruleMatch = z.strictObject({
  types: z.array(typePattern).min(1).max(typesMax).optional(),
  sources: z
    .array(z.string().min(1).max(sourceCharsMax))
    .min(1)
    .max(sourcesMax)
    .optional()
    .describe('Ids of sources (`src_...`) or CloudEvents source URIs, compared exactly.'),
  data: z.array(dataCondition).max(conditionsMax).optional(),
});

/**
 * One thing that a rule does with a matching event: send it to an endpoint, or mail people about
 * it.
 */
export const ruleAction = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('deliver'),
    endpointId: z.string().regex(idPattern('end'), 'must be the id of an endpoint'),
  }),
  z.strictObject({
    kind: z.literal('email'),
    to: z.array(z.email()).min(1).max(recipientsMax),
    subject: z.string().min(1).max(subjectCharsMax).describe('Liquid template of the subject.'),
    text: z.string().min(1).max(textCharsMax).describe('Liquid template of the plain text.'),
    html: z.string().min(1).max(htmlCharsMax).optional().describe('Liquid template of the HTML.'),
  }),
]);

/** What a person writes about a rule; everything else of a rule is ours. */
export const ruleDefinition = z.strictObject({
  name: z.string().trim().min(1).max(nameCharsMax),
  match: ruleMatch,
  actions: z.array(ruleAction).min(1).max(actionsMax),
  state: z.enum(['enabled', 'disabled']).default('enabled'),
});

export type RuleMatch = z.infer<typeof ruleMatch>;
export type RuleAction = z.infer<typeof ruleAction>;
type RuleDefinition = z.infer<typeof ruleDefinition>;

/** A user's "when an event matches, do this". `revision` counts its changes, from 1. */
export interface Rule extends RuleDefinition {
  readonly id: string;
  readonly tenant: string;
  readonly revision: number;
  readonly createdAtMs: number;
}
