import {
  type ContextMap,
  type MapContract,
  type MapModule,
  type MapRelation,
} from './context-map.ts';
import { rolesOf } from './roles.ts';

const kernel = 'SharedKernel';

/**
 * The map in the language of Context Mapper (https://contextmapper.org/docs/language-reference/).
 * Our contexts are its subdomains and our modules its bounded contexts, since a module is where
 * words have one meaning and contracts begin.
 */
export function cmlMap(map: ContextMap): string {
  const names = namesOf(map.modules);
  const name = (id: string): string => names.get(id) ?? pascalCase(id);
  return [
    '/* Written from the code by `npm run reference`. */',
    block('ContextMap Signalbox', [
      'type = SYSTEM_LANDSCAPE',
      'state = AS_IS',
      `contains ${[...map.modules.map(({ id }) => name(id)), kernel].join(', ')}`,
      ...map.relations.map((relation) => relationOf(relation, name)),
      ...map.modules
        .filter(({ sharedKernel }) => sharedKernel.length > 0)
        .map(({ id, sharedKernel }) =>
          block(`${name(id)} [SK]<->[SK] ${kernel}`, [
            `implementationTechnology = ${quoted(sharedKernel.join(', '))}`,
          ]),
        ),
    ]),
    ...map.modules.map((module) => boundedContext(map, module, name(module.id))),
    block(`BoundedContext ${kernel}`, [
      `domainVisionStatement = ${quoted('What all contexts share.')}`,
      'type = SYSTEM',
    ]),
    block(
      'Domain SignalboxDomain',
      map.contexts.map((context) =>
        block(`Subdomain ${pascalCase(context.name)}`, [
          `type = ${context.name === 'infrastructure' ? 'SUPPORTING_DOMAIN' : 'CORE_DOMAIN'}`,
          `domainVisionStatement = ${quoted(context.purpose)}`,
        ]),
      ),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function relationOf(relation: MapRelation, name: (id: string) => string): string {
  const { kind, upstream, downstream, offers, takes, contracts } = relation;
  const head =
    kind === 'partnership'
      ? `${name(upstream)} [P]<->[P] ${name(downstream)}`
      : `${name(upstream)} [${rolesOf('U', offers)}]->[${rolesOf('D', [takes])}] ${name(downstream)}`;
  const used = contracts.map((contract) => `${contract.kind} ${titleOf(contract)}`).join('; ');
  return block(head, [`implementationTechnology = ${quoted(used)}`]);
}

/** Its published messages stand in one aggregate, the place that the language has for them. */
function boundedContext(map: ContextMap, module: MapModule, name: string): string {
  const { context, purpose } = module;
  const outgoing = map.relations
    .filter(({ upstream }) => upstream === module.id)
    .flatMap(({ contracts }) => contracts);
  const messages = new Map(outgoing.map((contract) => [titleOf(contract), contract]));
  const objects = [...messages.values()].flatMap((contract) => {
    if (contract.kind === 'query') return [];
    const keyword = contract.kind === 'event' ? 'DomainEvent' : 'CommandEvent';
    return [`${keyword} ${pascalCase(contract.name.slice(contract.name.indexOf('.') + 1))}`];
  });
  return block(`BoundedContext ${name} implements ${pascalCase(context)}`, [
    `domainVisionStatement = ${quoted(purpose)}`,
    'type = FEATURE',
    'implementationTechnology = "TypeScript, NestJS"',
    ...(objects.length === 0 ? [] : [block(`Aggregate ${name}Contracts`, objects)]),
  ]);
}

function block(head: string, lines: readonly string[]): string {
  const inside = lines.join('\n').split('\n');
  return [`${head} {`, ...inside.map((line) => `  ${line}`), '}'].join('\n');
}

/** The module's name, with its context before it where two contexts have one of that name. */
function namesOf(modules: readonly MapModule[]): ReadonlyMap<string, string> {
  const byName = Map.groupBy(modules, ({ name }) => name);
  return new Map(
    modules.map(({ id, name }) => {
      const isOnly = byName.get(name)?.length === 1;
      return [id, pascalCase(isOnly ? name : id)];
    }),
  );
}

function titleOf({ name, version }: MapContract): string {
  return `${name} v${version}`;
}

function pascalCase(text: string): string {
  return text.replace(/(?:^|\W)(\w)/g, (_whole, letter: string) => letter.toUpperCase());
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '').replaceAll('"', "'")}"`;
}
