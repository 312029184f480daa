import { contractImports, relationFor } from './declared.ts';
import { type House } from './house.ts';
import { relationFaults } from './relation-faults.ts';
import { type Rule, type Violation } from './rule.ts';
import { staleDeclarations } from './stale-declarations.ts';

export const relationRules: readonly Rule[] = [
  {
    id: 'contexts-declare-themselves',
    sentence:
      'Every context has a context.ts of literals that imports only types of the kernel and that ' +
      'nobody imports.',
    why: 'The context map is drawn from it and the code is held to it, before anything runs.',
    mend: 'Write src/<context>/context.ts as ContextDeclaration in the kernel says.',
    check: (house) => [...undeclared(house), ...entangled(house)],
  },
  {
    id: 'relations-make-sense',
    sentence:
      'A declared relation names two modules that exist, once, in the context of the downstream ' +
      'one, with roles that fit together.',
    why: 'A customer has a say and a conformist has none; Context Mapper refuses the same.',
    mend: 'Mend the relation in context.ts as the message says.',
    check: relationFaults,
  },
  {
    id: 'relations-declared',
    sentence: 'A module uses contracts only of modules to which its context declares a relation.',
    why: 'A new dependency between modules is a decision, not a side effect of an import.',
    mend: 'Declare the relation in context.ts of the module that imports, with its roles.',
    check: (house) =>
      contractImports(house).flatMap((use) => {
        // Told by infrastructure-below-communication: one fault, one report.
        if (use.downstream.startsWith('infrastructure/')) {
          if (use.upstream.startsWith('communication/')) return [];
        }
        if (relationFor(house, use) !== undefined) return [];
        const found = `uses a contract of ${use.upstream}, a relation that is not declared`;
        return [{ file: use.file, line: use.line, found }];
      }),
  },
  {
    id: 'declarations-not-stale',
    sentence: 'What context.ts declares is in use.',
    why: 'A map that shows what is no longer there is believed once too often.',
    mend: 'Remove the entry.',
    check: staleDeclarations,
  },
  {
    id: 'translation-in-one-folder',
    sentence:
      'Behind an anti-corruption layer, upstream contracts are imported in one folder only.',
    why: 'The layer is there so that a change upstream ends in it.',
    mend: 'Translate into own words in the folder `translatedIn` and hand these on.',
    check: (house) =>
      contractImports(house).flatMap((use) => {
        const folder = relationFor(house, use)?.translatedIn ?? null;
        if (folder === null || use.layer === folder) return [];
        const found = `uses a contract of ${use.upstream} outside of ${folder}/`;
        return [{ file: use.file, line: use.line, found }];
      }),
  },
  {
    id: 'published-language-is-messages',
    sentence: 'Of a published language only declared messages are imported, and types.',
    why: 'Only messages have a version, a schema and a baseline: all else changes unseen.',
    mend: 'Import the message; what else is needed belongs to it or to the own module.',
    check: strayImports,
  },
  {
    id: 'kernel-folders-declared',
    sentence: 'Modules use only the folders of the shared kernel that their context lists.',
    why: 'A shared kernel stays small only when it is seen who shares what.',
    mend: 'List the folder under `sharedKernel` in context.ts, or do without it.',
    check: unlistedKernel,
  },
];

function undeclared({ code, contexts }: House): Violation[] {
  const firstFiles = new Map<string, string>();
  for (const { path, place } of code) {
    if (place.kind === 'module' && !firstFiles.has(place.context)) {
      firstFiles.set(place.context, path);
    }
  }
  const known = new Set(contexts.map(({ context }) => context));
  return [
    ...[...firstFiles].flatMap(([context, file]) =>
      known.has(context) ? [] : [{ file, line: 1, found: `src/${context}/context.ts is missing` }],
    ),
    ...contexts.flatMap(({ unit, fault }) =>
      fault === '' ? [] : [{ file: unit.path, line: 1, found: fault }],
    ),
  ];
}

function entangled({ code, contexts }: House): Violation[] {
  const declarations = new Set(contexts.map(({ unit }) => unit.path));
  return code.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, target, typeOnly, line }) => {
      const isKernelType = typeOnly && target?.startsWith('src/shared-kernel/') === true;
      const isWrong = declarations.has(path)
        ? !isKernelType
        : target !== null && declarations.has(target);
      return isWrong ? [{ file: path, line, found: `imports ${specifier}` }] : [];
    }),
  );
}

function strayImports(house: House): Violation[] {
  const messages = new Set(house.messages.map(({ declared }) => declared.id));
  const units = new Map(house.code.map((unit) => [unit.path, unit]));
  return contractImports(house).flatMap((use) => {
    if (relationFor(house, use)?.offers.includes('published-language') !== true) return [];
    const unit = units.get(use.file);
    if (unit === undefined) return [];
    return house.symbols
      .valuesImported(unit, use.target)
      .filter((id) => house.symbols.declaration(id) !== undefined && !messages.has(id))
      .map((id) => {
        const found = `imports ${id.slice(id.indexOf('#') + 1)}, which is no message`;
        return { file: use.file, line: use.line, found };
      });
  });
}

function unlistedKernel({ code, contexts }: House): Violation[] {
  const listed = new Map(
    contexts.map(({ context, declaration }) => [context, declaration?.sharedKernel]),
  );
  return code.flatMap(({ path, place, imports }) => {
    const folders = place.kind === 'module' ? listed.get(place.context) : undefined;
    if (folders === undefined) return [];
    return imports.flatMap(({ target, specifier, line }) => {
      const folder = /^src\/shared-kernel\/([\w-]+)\//.exec(target ?? '')?.[1];
      if (folder === undefined || folders.includes(folder)) return [];
      return [{ file: path, line, found: `uses ${specifier}` }];
    });
  });
}
