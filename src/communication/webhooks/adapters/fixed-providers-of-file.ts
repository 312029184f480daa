import { readFileSync, statSync } from 'node:fs';
import { InvalidSettings } from '#shared-kernel/config/settings.js';
import { FixedProviders } from '../domain/fixed-providers.js';
import type { ProviderDefinition } from '../domain/provider-definition.js';
import { configuredProvider, shippedNames } from '../domain/providers/registry.js';
import { shippedProviders } from '../domain/providers/shipped-providers.js';
import { readDefinition } from '../domain/read-definition.js';

const fileBytesMax = 1024 * 1024;
const faultsShownMax = 10;

/**
 * The providers of the program, and those in the operator's file.
 *
 * @param path of the file, undefined where the operator has none
 * @throws InvalidSettings that names each fault by its place, which stops the start
 */
export function fixedProviders(path: string | undefined): FixedProviders {
  const shipped = [...shippedProviders.values()].map(({ proof, ...definition }) => ({
    origin: 'shipped' as const,
    definition,
    proof,
  }));
  const filed = path === undefined ? [] : readProvidersFile(path);
  const ofFile = filed.map((definition) => ({ origin: 'file' as const, definition, proof: null }));
  return new FixedProviders([...shipped, ...ofFile], configuredProvider);
}

/** A JSON list of definitions. */
function readProvidersFile(path: string): readonly ProviderDefinition[] {
  const list = listIn(path);
  const definitions = new Map<string, ProviderDefinition>();
  const faults: string[] = [];
  for (const [index, item] of list.entries()) {
    const isTaken = (name: string) => shippedNames.includes(name) || definitions.has(name);
    const reading = readDefinition(item, isTaken);
    if (reading.faults === null) definitions.set(reading.definition.name, reading.definition);
    else faults.push(...reading.faults.map(({ path: at, fault }) => `[${index}].${at} ${fault}`));
  }
  if (faults.length === 0) return [...definitions.values()];
  const shown = faults.slice(0, faultsShownMax).map((fault) => `  ${fault}`);
  throw new InvalidSettings(`PROVIDERS_FILE: ${path} has wrong definitions:\n${shown.join('\n')}`);
}

function listIn(path: string): readonly unknown[] {
  let list: unknown;
  try {
    if (statSync(path).size > fileBytesMax) throw new Error('it is larger than 1 MiB');
    list = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidSettings(`PROVIDERS_FILE: ${path} cannot be read as JSON: ${reason}`);
  }
  if (Array.isArray(list)) return list;
  throw new InvalidSettings(`PROVIDERS_FILE: ${path} is not a list of definitions`);
}
