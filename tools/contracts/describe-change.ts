import type { ContractChange, SchemaChange } from './contract-change.ts';

/** What a person has to know of the change, and what to do when it must not be. */
export function describeChange(change: ContractChange): string {
  const { contract } = change;
  switch (change.kind) {
    case 'added':
      return `${contract} is new.`;
    case 'removed':
      return change.sunset === null
        ? `${contract} is gone. Deprecate it with a sunset date first, and remove it after that day.`
        : `${contract} is gone; its sunset is ${change.sunset}.`;
    case 'other-kind':
      return `${contract} was a ${change.was} and is a ${change.is}. Give the ${change.is} a name of its own.`;
    case 'stale-decision':
      return (
        `tools/contracts/decisions.json decides about a ${change.part} that ${contract} does not ` +
        'have (any longer). Remove the decision.'
      );
    case 'schema':
      return describeSchemaChange(change);
  }
}

function describeSchemaChange(change: SchemaChange): string {
  const { contract, part, mode, verdict, fingerprint, decided } = change;
  const place = `${contract} (${part}, ${mode})`;
  switch (verdict.verdict) {
    case 'compatible':
      return `${place} changed compatibly.`;
    case 'incompatible':
      return [
        `${place} changed incompatibly at ${pathOf(verdict.path)}: ${verdict.why}`,
        `  ${witnessRole(verdict.direction)}: ${JSON.stringify(verdict.witness)}`,
        `  ${mendOf(change, verdict.direction)}`,
      ].join('\n');
    case 'unknown':
      if (decided !== null) return `${place} changed; a person took it for compatible: ${decided}`;
      return [
        `${place} changed at ${pathOf(verdict.path)} in a way that cannot be judged ` +
          `(${verdict.direction}): ${verdict.reason}`,
        '  Make a new version, or decide that it breaks nobody, in tools/contracts/decisions.json:',
        `  ${JSON.stringify({ contract, part, change: fingerprint, because: '…', by: '…', on: '…' })}`,
      ].join('\n');
  }
}

/** Backward breaks by documents that only the old schema takes, forward by those of the new. */
export function witnessRole(direction: 'backward' | 'forward'): string {
  return direction === 'backward'
    ? 'the old schema accepts this and the new one refuses it'
    : 'the new schema accepts this and the old one refuses it';
}

function mendOf({ contract, part, mode }: SchemaChange, direction: 'backward' | 'forward'): string {
  const at = contract.lastIndexOf('@');
  const next = `${contract.slice(0, at)}@${Number(contract.slice(at + 1)) + 1}`;
  if (part !== 'schema') return `Make version ${next} beside it, and deprecate this one.`;
  const narrower =
    mode === 'full' && direction === 'forward'
      ? " If no instance of an older release reads it meanwhile, state compatibility: 'backward'."
      : '';
  return `Make version ${next} with an upcaster from this one, and deprecate this one.${narrower}`;
}

function pathOf(path: string): string {
  return path === '' ? 'the top' : path;
}
