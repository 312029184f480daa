import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  type Contract,
  isPublished,
  type PublishedContract,
} from '#shared-kernel/contracts/contract.js';

/** A contract and the file that declares it, relative to `src/`. */
export interface FoundContract {
  readonly file: string;
  readonly contract: PublishedContract;
}

const source = fileURLToPath(new URL('../../src/', import.meta.url));
/** `<context>/<module>/contracts/<name>.<kind>.ts`: what other modules may import. */
const contractFile = /^[\w-]+\/[\w-]+\/contracts\/[\w.-]+\.(?:event|command|query)\.ts$/;

/** What every contract has; the rest of its form is the business of its kind. */
const someContract = z.object({ kind: z.enum(['event', 'command', 'query']), name: z.string() });

/**
 * Every contract that crosses a module's border, by the path of its file.
 *
 * @throws Error when a message there does not say what belongs to a published contract
 */
export async function findContracts(): Promise<FoundContract[]> {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => contractFile.test(file))
    .sort();
  const found = await Promise.all(files.map(contractsIn));
  return found.flat();
}

async function contractsIn(file: string): Promise<FoundContract[]> {
  const exported = (await import(`#${file.replace(/\.ts$/, '.js')}`)) as Record<string, unknown>;
  return Object.values(exported).flatMap((value) => {
    if (typeof value !== 'function') return [];
    const contract: unknown = Reflect.get(value, 'contract');
    if (!someContract.safeParse(contract).success) return [];
    return [{ file, contract: publishedIn(file, contract as Contract) }];
  });
}

function publishedIn(file: string, contract: Contract): PublishedContract {
  const says = contract.kind !== 'event' || contract.producer !== undefined;
  if (isPublished(contract) && says) return contract;
  const lacks = contract.kind === 'event' ? 'producer' : 'version, summary, since and examples';
  throw new Error(`${contract.name} in ${file} crosses a border and needs its ${lacks}`);
}
