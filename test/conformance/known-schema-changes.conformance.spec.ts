import { compareSchemas } from '../../src/shared-kernel/contracts/compatibility/compare-schemas.js';
import { ajvAccepts } from '../../tools/contracts/ajv-accepts.js';
import { compositionChanges } from './known-composition-changes.js';
import { objectChanges } from './known-object-changes.js';
import { scalarChanges } from './known-scalar-changes.js';

const accepts = ajvAccepts();

/**
 * Cases of the public compatibility tests of Confluent's and Apicurio's registries, retold, and more
 * of the same kind. What people can decide must not be unknown.
 */
describe.each([
  ['scalars', scalarChanges],
  ['objects', objectChanges],
  ['arrays, unions and references', compositionChanges],
])('known changes to %s', (_, changes) => {
  it.each(changes)('$about', ({ old, next, backward, forward }) => {
    const there = compareSchemas([old], next, 'backward', accepts);
    const back = compareSchemas([old], next, 'forward', accepts);

    expect([there.verdict, back.verdict]).toEqual([backward, forward]);
    if (there.verdict === 'incompatible') {
      expect([accepts(old, there.witness), accepts(next, there.witness)]).toEqual([true, false]);
    }
    if (back.verdict === 'incompatible') {
      expect([accepts(next, back.witness), accepts(old, back.witness)]).toEqual([true, false]);
    }
  });
});
