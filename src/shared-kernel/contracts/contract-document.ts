import { z } from 'zod';
import { idOf, type PublishedContract } from './contract.js';
import type { EventContract } from './event-contract.js';

/** A schema of JSON Schema 2020-12, as it is written into files. */
export type SchemaDocument = Readonly<Record<string, unknown>>;

interface DocumentHead {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly since: string;
  readonly deprecated?: { readonly since: string; readonly sunset: string; readonly use: string };
  readonly examples: readonly unknown[];
}

/** An event as a file of the baseline. */
interface EventDocument extends DocumentHead {
  readonly kind: 'event';
  readonly producer?: string;
  readonly compatibility: 'backward' | 'forward' | 'full';
  /** The field of the data that orders its handling, when an example shows it. */
  readonly key?: string;
  /** What stands in the log, and what reactions read. */
  readonly schema: SchemaDocument;
}

/** A command or a query as a file of the baseline. */
interface MessageDocument extends DocumentHead {
  readonly kind: 'command' | 'query';
  readonly input: SchemaDocument;
  readonly result: SchemaDocument;
}

export type ContractDocument = EventDocument | MessageDocument;

/** The contract as JSON: what other programs and other releases can know of it. */
export function documentOf(contract: PublishedContract): ContractDocument {
  const { kind, name, version, summary, since, deprecated, examples } = contract;
  const head = { name, version, summary, since, ...(deprecated && { deprecated }) };
  const id = `urn:signalbox:contract:${idOf(contract)}`;
  if (kind === 'event') {
    const { producer, compatibility = 'full', schema } = contract;
    const key = keyField(contract);
    return {
      kind,
      ...head,
      ...(producer !== undefined && { producer }),
      compatibility,
      ...(key !== undefined && { key }),
      schema: { $id: id, ...jsonSchemaOf(schema, 'output') },
      examples,
    };
  }
  return {
    kind,
    ...head,
    input: { $id: `${id}:input`, ...jsonSchemaOf(contract.input, 'input') },
    result: { $id: `${id}:result`, ...jsonSchemaOf(contract.result, 'output') },
    examples,
  };
}

/**
 * The JSON Schema of a zod schema. What JSON cannot say becomes a schema that takes anything.
 *
 * @param io `input` for what senders may write, `output` for what readers get
 * @param target AsyncAPI 3 knows draft 7 and no newer one
 */
export function jsonSchemaOf(
  schema: z.ZodType,
  io: 'input' | 'output',
  target: 'draft-2020-12' | 'draft-7' = 'draft-2020-12',
): SchemaDocument {
  return z.toJSONSchema(schema, { target, io, unrepresentable: 'any' });
}

/** The field of the data that orders the event's handling, as its first example shows it. */
function keyField({ key, examples: [example] }: EventContract): string | undefined {
  if (typeof example !== 'object' || example === null) return undefined;
  const value = key(example);
  return Object.entries(example).find(([, candidate]) => candidate === value)?.[0];
}
