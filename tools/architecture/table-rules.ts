import { type House } from './house.ts';
import { type Rule, type Violation } from './rule.ts';

export const tableRules: readonly Rule[] = [
  {
    id: 'tables-have-one-owner',
    sentence: 'A table is made by the migrations of one module (or folder of the kernel) only.',
    why: 'Two owners change the same rows by different rules, and migrate it against each other.',
    mend: 'Give each its own table, or move the table to the module that decides about it.',
    check: (house) => {
      const owners = ownersOf(house);
      return house.tables.flatMap(({ table, unit, line }) => {
        const owner = owners.get(table);
        if (owner === unit.place.unit) return [];
        return [{ file: unit.path, line, found: `makes ${table}, which ${owner ?? ''} owns` }];
      });
    },
  },
  {
    id: 'tables-used-by-owner',
    sentence: 'A query names only tables that the migrations of its own module make.',
    why: 'A table read from outside is a contract that nobody declared and no test protects.',
    mend: 'Ask the owner by a query of its contracts/, or keep what is needed from its events.',
    check: foreignTables,
  },
];

/** Who makes a table first, in the order of the paths. */
function ownersOf({ tables }: House): ReadonlyMap<string, string> {
  return new Map(tables.map(({ table, unit }) => [table, unit.place.unit] as const).reverse());
}

function foreignTables(house: House): Violation[] {
  const owners = ownersOf(house);
  return house.tableUses.flatMap(({ table, unit, line, isSure }) => {
    const owner = owners.get(table);
    if (owner === unit.place.unit || (owner === undefined && !isSure)) return [];
    const found =
      owner === undefined
        ? `names ${table}, which no migration makes`
        : `names ${table} of ${owner}`;
    return [{ file: unit.path, line, found }];
  });
}
