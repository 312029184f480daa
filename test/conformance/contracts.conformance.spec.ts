import fc from 'fast-check';
import type { EventClass, EventContract } from '#shared-kernel/contracts/event-contract.js';
import { readerOf } from '#shared-kernel/contracts/upcast.js';
import { ContractRegistry } from '#shared-kernel/contracts/contract-registry.js';
import { documentOf } from '#shared-kernel/contracts/contract-document.js';
import { ajvAccepts } from '../../tools/contracts/ajv-accepts.ts';
import { schemasOf } from '../../tools/contracts/decisions.ts';
import { findContracts } from '../../tools/reference/find-contracts.ts';
import { documentsOf } from '../support/schema-documents.js';

const contracts = (await findContracts()).map(({ contract }) => contract);
const events = contracts.filter((contract) => contract.kind === 'event');
const accepts = ajvAccepts();

it('are fine by the registry, and each shows an example', () => {
  expect(new ContractRegistry(contracts).list()).toHaveLength(contracts.length);
  for (const { examples } of contracts) expect(examples.length).toBeGreaterThan(0);
});

describe.each(contracts)('$kind $name v$version', (contract) => {
  it('has a JSON Schema that takes what its zod schema takes', () => {
    const schemas = schemasOf(documentOf(contract));
    const parts =
      contract.kind === 'event'
        ? { schema: contract.schema }
        : { input: contract.input, result: contract.result };
    for (const [part, schema] of Object.entries(parts)) {
      const jsonSchema = schemas.get(part as 'schema' | 'input' | 'result')!;
      fc.assert(
        fc.property(documentsOf(schema), (document) => {
          expect(accepts(jsonSchema, document as never)).toBe(true);
        }),
      );
    }
  });
});

describe('the upcasters of the program', () => {
  it('make documents of the newest version out of all that older ones accept', () => {
    for (const next of events.filter(({ upcasts }) => upcasts !== undefined)) {
      const read = readerOf([{ contract: next } as unknown as EventClass]);
      for (const old of oldersOf(next)) {
        const upcast = (data: unknown) => read(old.name, old.version, data)?.data;
        const check = (data: unknown) => {
          expect(next.schema.safeParse(upcast(data))).toMatchObject({ success: true });
        };
        old.examples.forEach(check);
        fc.assert(fc.property(documentsOf(old.schema), check));
      }
    }
  });
});

function oldersOf({ upcasts }: EventContract): EventContract[] {
  if (upcasts === undefined) return [];
  const { contract } = upcasts.from;
  return [contract, ...oldersOf(contract)];
}
