import { type House } from '../architecture/house.ts';
import { code, page, table } from '../reference/markdown.ts';
import { cmlMap } from './cml.ts';
import { type ContextMap, contextMap, contextModules, moduleId } from './context-map.ts';
import { mermaidMap } from './mermaid.ts';
import { moduleCanvas } from './module-canvas.ts';
import { rolesOf } from './roles.ts';

/**
 * The context map in three forms and one canvas for each module, by file name below
 * `docs/reference/`.
 */
export function contextMapPages(house: House): Map<string, string> {
  const map = contextMap(house);
  return new Map([
    ['context-map.md', mapPage(map)],
    ['context-map.cml', cmlMap(map)],
    ['context-map.json', `${JSON.stringify(map, null, 2)}\n`],
    ...contextModules(house).map((module) => {
      const file = moduleId(module.unit.place.unit).replace('/', '.');
      return [`modules/${file}.md`, moduleCanvas(house, map, module)] as const;
    }),
  ]);
}

function mapPage(map: ContextMap): string {
  const loops = map.contexts.flatMap(({ eventLoops }) => eventLoops);
  const outside = map.contexts.flatMap(({ external }) => Object.entries(external));
  return page(
    '# Context map',
    'Which module leans on which, over what: arrows go from upstream (U) to downstream (D). The ' +
      'contracts are those that the code uses, the roles those that `context.ts` of the context ' +
      'declares; `npm run cli -- verify` fails when the two differ. OHS: open host service, PL: ' +
      'published language, CF: conformist, ACL: anti-corruption layer, S and C: supplier and ' +
      'customer, P: partnership.',
    `\`\`\`mermaid\n${mermaidMap(map)}\n\`\`\``,
    'The same for [Context Mapper](context-map.cml) and [programs](context-map.json).',
    '## Contexts and modules',
    table(
      ['Context', 'What it is for'],
      map.contexts.map(({ name, purpose }) => [name, purpose]),
    ),
    table(
      ['Module', 'What it is for', 'Of the shared kernel it uses'],
      map.modules.map(({ id, purpose, sharedKernel }) => [
        `[${id}](modules/${id.replace('/', '.')}.md)`,
        purpose,
        sharedKernel.join(', '),
      ]),
    ),
    '## Relations',
    table(['Upstream', 'Roles', 'Downstream', 'Contracts in use'], relationRows(map)),
    ...(loops.length === 0
      ? []
      : [
          '## Circles of events that are meant',
          table(['Events', 'What ends them'], loops.map(loopRow)),
        ]),
    ...(outside.length === 0
      ? []
      : ['## Contracts with a side outside', table(['Contract', 'Who is there'], outside)]),
  );
}

function relationRows({ relations, application }: ContextMap): string[][] {
  return [
    ...relations.map(({ kind, upstream, downstream, offers, takes, translatedIn, contracts }) => [
      upstream,
      kind === 'partnership' ? 'P, P' : `${rolesOf('U', offers)} → ${rolesOf('D', [takes])}`,
      translatedIn === null
        ? downstream
        : `${downstream}, translated in ${code(`${translatedIn}/`)}`,
      contracts.map(({ use, name, version }) => `${use} ${code(name)} v${version}`).join(', '),
    ]),
    ...application.map(({ upstream, use, name, version }) => [
      upstream,
      '',
      'the start of the program',
      `${use} ${code(name)} v${version}`,
    ]),
  ];
}

function loopRow({ events, because }: ContextMap['contexts'][number]['eventLoops'][number]) {
  return [events.map(code).join(' → '), because];
}
