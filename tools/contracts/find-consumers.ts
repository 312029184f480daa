import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idOf } from '#shared-kernel/contracts/contract.js';
import type { EventClass } from '#shared-kernel/contracts/event-contract.js';
import { eventsHandlerKey } from '#shared-kernel/messaging/cqrs-metadata.js';
import { reactionOptionsOf } from '#shared-kernel/messaging/reaction.js';
import type { FoundContract } from '../reference/find-contracts.ts';

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const reactionFile = /^[\w-]+\/[\w-]+\/reactions\/[\w.-]+\.ts$/;
const ownFile = /(?<!\.spec)\.ts$/;

/**
 * Who uses each contract, by its id: the reactions to an event, and the modules that send a command
 * or a query of another one.
 */
export async function findConsumers(
  contracts: readonly FoundContract[],
): Promise<Map<string, string[]>> {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => ownFile.test(file))
    .sort();
  const consumers = new Map(contracts.map(({ contract }) => [idOf(contract), [] as string[]]));
  for (const { id, events } of await reactionsIn(files.filter((file) => reactionFile.test(file)))) {
    for (const { contract } of events) consumers.get(idOf(contract))?.push(id);
  }
  const messages = contracts.filter(({ contract }) => contract.kind !== 'event');
  for (const { file, contract } of messages) {
    consumers.set(idOf(contract), senders(files, file));
  }
  return consumers;
}

async function reactionsIn(files: readonly string[]) {
  const modules = await Promise.all(
    files.map(
      async (file) => (await import(`#${file.replace(/\.ts$/, '.js')}`)) as Record<string, unknown>,
    ),
  );
  return modules.flatMap((exported) => Object.values(exported)).flatMap(reactionOf);
}

function reactionOf(exported: unknown): { id: string; events: readonly EventClass[] }[] {
  if (typeof exported !== 'function') return [];
  const id = reactionOptionsOf(exported)?.id;
  const events = Reflect.getMetadata(eventsHandlerKey, exported) as EventClass[] | undefined;
  return id === undefined || events === undefined ? [] : [{ id, events }];
}

/** Modules other than its own that import the file of a message, or the start of the program. */
function senders(files: readonly string[], contractFile: string): string[] {
  const specifier = `'#${contractFile.replace(/\.ts$/, '.js')}'`;
  const owner = moduleOf(contractFile);
  const importing = files.filter((file) =>
    readFileSync(join(source, file), 'utf8').includes(specifier),
  );
  return [...new Set(importing.map(moduleOf))].filter((module) => module !== owner);
}

function moduleOf(file: string): string {
  const [, module] = file.split('/');
  return module?.endsWith('.ts') === false ? module : 'the start';
}
