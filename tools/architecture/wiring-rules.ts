import ts from 'typescript';
import { type House } from './house.ts';
import { type DeclaredClass, decorationOf } from './model/classes.ts';
import { constructorOf } from './model/constructors.ts';
import { type NestModule } from './model/nest-modules.ts';
import { propertyOf, type SymbolId } from './model/symbols.ts';
import { eachNode, type Rule, type Violation } from './rule.ts';

export const wiringRules: readonly Rule[] = [
  {
    id: 'no-injection-across-modules',
    sentence: 'No provider is injected across modules of the contexts, nor into the kernel.',
    why:
      'An injected object is a border without a contract: its types, errors and transactions leak, ' +
      'and the module can no longer be tested or moved alone.',
    mend: 'Send a command or query of its contracts/, or react to its event.',
    check: injectionsAcross,
  },
  {
    id: 'no-global-outside-kernel',
    sentence: 'Only modules of the shared kernel are global.',
    why: 'What is global is exported to everybody without a line that says so.',
    mend: 'Remove @Global() or `global: true`; modules talk by messages.',
    check: ({ modules }) =>
      modules.flatMap(({ unit, name, globalLine }) =>
        globalLine === null || unit.place.kind === 'kernel'
          ? []
          : [{ file: unit.path, line: globalLine, found: `${name} is global` }],
      ),
  },
  {
    id: 'no-reach-past-modules',
    sentence: 'Modules look nothing up past their border (`get(X, { strict: false })`).',
    why: 'Such a look-up reaches every provider of the program, and no import or export shows it.',
    mend: 'Inject what the own module provides; ask others by a command or a query.',
    check: eachNode(
      ({ code }) => code.filter(({ place }) => place.kind === 'module'),
      (node) => {
        if (!ts.isCallExpression(node)) return null;
        const isLoose = node.arguments.some(
          (argument) => propertyOf(argument, 'strict')?.kind === ts.SyntaxKind.FalseKeyword,
        );
        return isLoose ? `${node.expression.getText()} looks past its module` : null;
      },
    ),
  },
  {
    id: 'handlers-are-provided',
    sentence: 'A handler, reaction, due work or controller is wired once, by its own module.',
    why: 'Nest finds only what a module provides: one that is left out is silently never called.',
    mend: 'Name the class once in `providers` (or `controllers`) of the module of its folder.',
    check: unprovided,
  },
];

function injectionsAcross({ modules, classes }: House): Violation[] {
  const byId = new Map(classes.map((declared) => [declared.id, declared]));
  return modules.flatMap((module) => {
    const own = new Set(module.providers.map(({ token }) => token));
    const foreign = providersOf(modules, module);
    return injectionsOf(module, byId).flatMap(({ file, token, line }) => {
      const owner = token === null || own.has(token) ? undefined : foreign.get(token);
      if (owner === undefined) return [];
      return [{ file, line, found: `injects ${nameOf(token)} of ${owner.name}` }];
    });
  });
}

/** What the modules of the contexts provide, but for this one. */
function providersOf(
  modules: readonly NestModule[],
  without: NestModule,
): Map<SymbolId, NestModule> {
  return new Map(
    modules
      .filter((module) => module !== without && module.unit.place.kind === 'module')
      .flatMap((module) => module.providers.map(({ token }) => [token, module] as const)),
  );
}

function injectionsOf(module: NestModule, classes: ReadonlyMap<SymbolId, DeclaredClass>) {
  const made = [
    ...module.providers.flatMap(({ how, uses }) => (how === 'class' && uses ? [uses] : [])),
    ...module.controllers.map(({ id }) => id),
    module.id,
  ];
  const constructed = made.flatMap((id) => constructorOf(classes.get(id), classes));
  const wired = module.providers.flatMap(({ how, uses, line, injects }) => [
    ...injects,
    ...(how === 'existing' ? [{ token: uses, line }] : []),
  ]);
  return [...constructed, ...wired.map((one) => ({ ...one, file: module.unit.path }))];
}

function unprovided({ classes, handlers, modules }: House): Violation[] {
  const wired = Map.groupBy(
    modules.flatMap((module) => [
      ...module.providers.flatMap(({ how, uses }) =>
        how === 'class' && uses ? [{ id: uses, module }] : [],
      ),
      ...module.controllers.map(({ id }) => ({ id, module })),
    ]),
    ({ id }) => id,
  );
  const needed = new Set([
    ...handlers.map(({ declared }) => declared),
    ...classes.filter((declared) => decorationOf(declared, '@nestjs/common', 'Controller')),
  ]);
  return [...needed].flatMap(({ id, name, unit, line }) => {
    const by = (wired.get(id) ?? []).map(({ module }) => module);
    const isOwn = by.every(({ unit: { place } }) => isSameHome(place.unit, unit.place.unit));
    if (by.length === 1 && isOwn) return [];
    const found =
      by.length === 0
        ? `${name} is wired by no module`
        : `${name} is wired by ${by.map((module) => module.name).join(' and ')}`;
    return [{ file: unit.path, line, found }];
  });
}

/** The kernel is wired as one, whatever its folders. */
function isSameHome(one: string, other: string): boolean {
  const kernel = 'src/shared-kernel';
  return one === other || (one.startsWith(kernel) && other.startsWith(kernel));
}

function nameOf(id: SymbolId | null): string {
  return id?.slice(id.indexOf('#') + 1) ?? '';
}
