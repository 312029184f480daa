import { type ProviderDefinition, providerDefinitionSchema } from './provider-definition.js';
import { type SchemeFault, schemeFaults } from './scheme-faults.js';

/** Faults that one answer names. */
const faultsMax = 50;

type Reading =
  | { readonly definition: ProviderDefinition; readonly faults: null }
  | { readonly definition: null; readonly faults: readonly SchemeFault[] };

/**
 * Reads a definition that somebody wrote: its form first, then what it says.
 *
 * @param isTaken whether a provider of all tenants has this name
 */
export function readDefinition(input: unknown, isTaken: (name: string) => boolean): Reading {
  const parsed = providerDefinitionSchema.safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.slice(0, faultsMax).map(({ path, message }) => ({
      path: path.join('.') || 'definition',
      fault: message,
    }));
    return { definition: null, faults };
  }
  const faults = schemeFaults(parsed.data);
  const { name } = parsed.data;
  if (isTaken(name)) faults.push({ path: 'name', fault: 'is that of a provider of all tenants' });
  return faults.length === 0
    ? { definition: parsed.data, faults: null }
    : { definition: null, faults };
}
