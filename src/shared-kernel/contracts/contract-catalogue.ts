/** What all contracts have; the forms of the kinds build on this file and so stand elsewhere. */
interface CataloguedContract {
  readonly kind: 'event' | 'command' | 'query';
  readonly name: string;
}

/**
 * Every contract of the program, in the order of its definition. Filled where contracts are
 * defined, like the catalogue of errors, and so complete once the modules are imported: an event
 * that nobody reacts to would not be found in the container.
 */
export const contractCatalogue: CataloguedContract[] = [];
