import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SchemaDocument } from '#shared-kernel/contracts/contract-document.js';
import type { ContractPart, StaleDecision } from './contract-change.ts';
import type { Contracts } from './baseline.ts';

const decisionSchema = z.strictObject({
  /** `shop.order-placed@1` */
  contract: z.string(),
  part: z.enum(['schema', 'input', 'result']),
  /** Fingerprint of the change, as the check prints it. */
  change: z.string().regex(/^[0-9a-f]{16}-[0-9a-f]{16}$/),
  /** Why the change breaks nobody, for whoever reads it in a year. */
  because: z.string().min(10),
  by: z.string().min(1),
  on: z.iso.date(),
});

/** What a person decided about a change that the checker could not judge. */
export type Decision = z.output<typeof decisionSchema>;

/** @throws ZodError when the file is not as it must be */
export function readDecisions(
  file: string | URL = new URL('decisions.json', import.meta.url),
): Decision[] {
  return z.array(decisionSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Names a change of a schema: the two sides, and so the direction. */
export function fingerprintOf(old: SchemaDocument, next: SchemaDocument): string {
  return `${digestOf(old)}-${digestOf(next)}`;
}

/** Decisions about a schema that the contract does not have (any longer): they must go. */
export function staleDecisions(decisions: readonly Decision[], code: Contracts): StaleDecision[] {
  return decisions.flatMap(({ contract, part, change }) => {
    const schema = schemasOf(code.get(contract)).get(part);
    if (schema !== undefined && change.endsWith(`-${digestOf(schema)}`)) return [];
    return [{ kind: 'stale-decision' as const, contract, part }];
  });
}

/** The schemas of a contract by part, without their ids; none when there is no contract. */
export function schemasOf(
  document: ReturnType<Contracts['get']>,
): Map<ContractPart, SchemaDocument> {
  if (document === undefined) return new Map();
  if (document.kind === 'event') return new Map([['schema', nameless(document.schema)]]);
  return new Map([
    ['input', nameless(document.input)],
    ['result', nameless(document.result)],
  ]);
}

/** The two sides of a comparison have one id, which a validator would take for one schema. */
function nameless({ $id: _id, ...schema }: SchemaDocument): SchemaDocument {
  return schema;
}

/** The same for two schemas that differ in the order of their keys alone. */
function digestOf(schema: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(schema)))
    .digest('hex')
    .slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
