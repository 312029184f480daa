import { type Contract, idOf, isPublished, type PublishedContract } from './contract.js';
import { definitionFaults } from './definition-faults.js';

/** The contracts that other modules build on, by name and version. */
export class ContractRegistry {
  private readonly byName: ReadonlyMap<string, readonly PublishedContract[]>;

  /**
   * @param contracts those that are private to a module are left out
   * @throws Error that lists every fault of the definitions: two of one id, an example that its
   * schema refuses, a date that is none, an upcaster that does not fit. So a fault of a contract
   * stops the start, and not the first message a week later.
   */
  constructor(contracts: Iterable<Contract>) {
    const published = [...contracts].filter(isPublished);
    const faults = [...doubles(published), ...published.flatMap(definitionFaults)];
    if (faults.length > 0) {
      throw new Error(`contracts are not as they must be:\n  ${faults.join('\n  ')}`);
    }
    const ordered = published.sort((one, other) => one.version - other.version);
    this.byName = Map.groupBy(ordered, ({ name }) => name);
  }

  /** Every contract by name, its versions oldest first. */
  list(): PublishedContract[] {
    const names = [...this.byName.keys()].sort();
    return names.flatMap((name) => this.byName.get(name) ?? []);
  }

  find(name: string, version: number): PublishedContract | undefined {
    return this.byName.get(name)?.find((contract) => contract.version === version);
  }

  /** The newest version. */
  latest(name: string): PublishedContract | undefined {
    return this.byName.get(name)?.at(-1);
  }
}

function doubles(contracts: readonly PublishedContract[]): string[] {
  const byId = Map.groupBy(contracts, idOf);
  return [...byId].flatMap(([id, same]) => (same.length > 1 ? [`${id} is defined twice`] : []));
}
