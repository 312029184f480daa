import { columns } from './columns.ts';
import { CliFault, type CliCommand, type CommandResult } from './command.ts';

/** `[REF:]NAME[@VERSION]`: names are words with dots and dashes, and so have neither sign. */
const addressForm = /^(?:(?<ref>.+):)?(?<name>[\w.-]+?)(?:@(?<version>\d+))?$/;

/** Commands about the contracts in the source tree; they need no server and no build. */
export const contractCommands: readonly CliCommand[] = [
  {
    words: 'contracts list',
    values: [],
    help: 'List contracts with who publishes and who uses them, from the source tree.',
    run: listContracts,
  },
  {
    words: 'contracts show',
    values: ['NAME[@VERSION]'],
    help: 'Show the schema and the examples of a contract; the newest version if none is said.',
    run: ({ values: [address = ''] }) => showContract(address),
  },
  {
    words: 'contracts check',
    values: [],
    options: '[--against REF]',
    help: 'Compare the contracts of the code with the committed ones, or with a git reference.',
    run: ({ options }) => checkContracts(options.against),
  },
  {
    words: 'contracts diff',
    values: ['[REF:]NAME@V', '[REF:]NAME@V'],
    help: 'Compare two versions both ways, with a document that one takes and the other refuses.',
    run: ({ values: [old = '', next = ''] }) => diffContracts(old, next),
  },
];

async function listContracts(): Promise<CommandResult> {
  const { findContracts } = await import('../reference/find-contracts.ts');
  const { findConsumers } = await import('../contracts/find-consumers.ts');
  const { producerOf, idOf } = await import('#shared-kernel/contracts/contract.js');
  const found = await findContracts();
  const consumers = await findConsumers(found);
  const data = found.map(({ file, contract }) => ({
    name: contract.name,
    version: contract.version,
    kind: contract.kind,
    producer: producerOf(contract),
    consumers: consumers.get(idOf(contract)) ?? [],
    deprecated: contract.deprecated ?? null,
    file: `src/${file}`,
  }));
  const rows = data.map(({ name, version, kind, producer, consumers: users, deprecated }) => [
    name,
    String(version),
    kind,
    producer,
    users.join(', ') || '-',
    deprecated === null ? '-' : `until ${deprecated.sunset}`,
  ]);
  const head = ['NAME', 'VERSION', 'KIND', 'FROM', 'USED BY', 'DEPRECATED'];
  return { data, text: columns(head, rows) };
}

async function showContract(address: string): Promise<CommandResult> {
  const document = await contractAt(address);
  return { data: document, text: JSON.stringify(document, null, 2) };
}

async function checkContracts(reference: string | undefined): Promise<CommandResult> {
  const { checkAgainst } = await import('../contracts/check-against.ts');
  const { describeChange } = await import('../contracts/describe-change.ts');
  const { changes, faults } = await checkAgainst(await baselineAt(reference));
  const against = reference ?? 'docs/reference/contracts';
  const summary = `${changes.length} changes against ${against}, ${faults.length} must not be.`;
  const good = faults.length === 0;
  return {
    data: { against, good, changes, faults },
    text: [...changes.map(describeChange), summary].join('\n'),
    good,
  };
}

async function diffContracts(oldAddress: string, nextAddress: string): Promise<CommandResult> {
  const { diffContract, describeDifference } = await import('../contracts/diff-contract.ts');
  const [old, next] = await Promise.all([contractAt(oldAddress), contractAt(nextAddress)]);
  const differences = diffContract(old, next);
  if (differences.length === 0) {
    throw new CliFault(`${oldAddress} and ${nextAddress} have no schema in common.`, 1);
  }
  const text = differences.map(describeDifference).join('\n');
  return { data: differences, text, good: differences.every(({ compatible }) => compatible) };
}

/** The contract of the code, or of a git reference when the address says one. */
async function contractAt(address: string) {
  const { ref, name = '', version } = addressForm.exec(address)?.groups ?? {};
  const contracts = await (ref === undefined ? contractsOfTheCode() : baselineAt(ref));
  const versions = [...contracts.values()].filter((contract) => contract.name === name);
  const contract =
    version === undefined
      ? versions.sort((one, other) => one.version - other.version).at(-1)
      : versions.find((one) => one.version === Number(version));
  if (contract !== undefined) return contract;
  throw new CliFault(`There is no contract ${address}. Try: npm run cli -- contracts list`, 1);
}

async function contractsOfTheCode() {
  return (await import('../contracts/check-against.ts')).codeContracts();
}

async function baselineAt(reference: string | undefined) {
  const { BaselineFault, readBaseline, readBaselineAt } = await import('../contracts/baseline.ts');
  try {
    return reference === undefined ? readBaseline() : readBaselineAt(reference);
  } catch (error) {
    if (error instanceof BaselineFault) throw new CliFault(error.message, 2);
    throw error;
  }
}
