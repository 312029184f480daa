import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import type { EventContract } from '../../src/shared-kernel/contracts/event-contract.js';

const root = new URL('../../', import.meta.url);
const files = globSync('src/*/*/contracts/*.event.ts', { cwd: root.pathname });

const contracts = (
  await Promise.all(
    files.map(async (file) => {
      const exported = (await import(new URL(file, root).pathname)) as Record<string, unknown>;
      return Object.values(exported).flatMap((value) => {
        const contract = typeof value === 'function' && Reflect.get(value, 'contract');
        return isEventContract(contract) ? [{ file: basename(file), contract }] : [];
      });
    }),
  )
).flat();

describe('the events that cross a border', () => {
  it('are one in each contract file', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(contracts.map(({ file }) => file)).toEqual(files.map((file) => basename(file)));
  });

  it('have each name and version once', () => {
    const ids = contracts.map(({ contract }) => `${contract.name} v${contract.version}`);
    expect(ids).toEqual([...new Set(ids)]);
  });
});

describe.each(contracts)('$contract.name v$contract.version', ({ file, contract }) => {
  it('is named context.fact-in-past-tense, like its file', () => {
    expect(contract.name).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
    expect(file).toBe(`${contract.name.split('.')[1]}.event.ts`);
  });

  it('has examples that its schema takes as they are, also after JSON', () => {
    expect(contract.examples.length).toBeGreaterThan(0);
    for (const example of contract.examples) {
      expect(contract.schema.parse(example)).toEqual(example);
      const stored: unknown = JSON.parse(JSON.stringify(example));
      expect(contract.schema.parse(stored)).toEqual(example);
      expect(contract.key(example)).not.toBe('');
    }
  });

  it('has a schema that JSON Schema can say', () => {
    expect(z.toJSONSchema(contract.schema)).toMatchObject({ type: 'object' });
  });
});

function isEventContract(value: unknown): value is EventContract {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'kind') === 'event';
}
