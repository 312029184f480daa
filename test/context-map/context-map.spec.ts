import { readFileSync } from 'node:fs';
// Fills the catalogue with the errors of every module.
import '#app.module.js';
import { errorCatalogue } from '#shared-kernel/domain/domain-error.js';
import { readHouse } from '../../tools/architecture/house.ts';
import { readTree } from '../../tools/architecture/source-tree.ts';
import { contextMapPages } from '../../tools/context-map/context-map-pages.ts';
import { contextMap } from '../../tools/context-map/context-map.ts';
import { cleanHouse, contextFile, declarations } from '../architecture/clean-house.ts';
import { readCml } from './cml-grammar.ts';

const pagesOf = (files: Readonly<Record<string, string>>) =>
  contextMapPages(readHouse(new Map(Object.entries(files))));
const real = readHouse(readTree(process.cwd()));
const realPages = contextMapPages(real);
const roadsModule = {
  'src/infrastructure/roads/README.md': '# Roads\n\nCarries\nthings.\n',
  'src/infrastructure/roads/roads.module.ts': `import { Module } from '@nestjs/common';\n@Module({})\nexport class RoadsModule {}\n`,
};
const parcelsModule = {
  'src/communication/parcels/README.md': '# Parcels\n\nWraps "things".\n',
  'src/communication/parcels/parcels.module.ts': `import { Module } from '@nestjs/common';\n@Module({})\nexport class ParcelsModule {}\n`,
};
const house = { ...cleanHouse, ...roadsModule, ...parcelsModule };

describe('the context map', () => {
  it('has the relations that are declared, with the contracts that the code uses', () => {
    const { relations, modules } = contextMap(readHouse(new Map(Object.entries(house))));
    expect(relations).toEqual([
      {
        kind: 'upstream-downstream',
        upstream: 'communication/letters',
        downstream: 'communication/parcels',
        offers: ['open-host-service', 'published-language'],
        takes: 'conformist',
        translatedIn: null,
        contracts: [
          { kind: 'query', name: 'letters.letter-exists', version: 1, use: 'asks' },
          { kind: 'event', name: 'communication.letter-sent', version: 1, use: 'knows' },
        ],
      },
      expect.objectContaining({
        upstream: 'infrastructure/roads',
        takes: null,
        contracts: [
          { kind: 'event', name: 'infrastructure.road-closed', version: 1, use: 'knows' },
        ],
      }),
    ]);
    expect(modules).toContainEqual({
      id: 'infrastructure/roads',
      context: 'infrastructure',
      name: 'roads',
      purpose: 'Carries things.',
      sharedKernel: ['contracts'],
    });
  });

  it('is drawn anew when the code uses another contract', () => {
    const without = pagesOf({
      ...house,
      'src/communication/parcels/commands/ask-for-letter.ts': 'export const ask = null;\n',
    });
    expect(pagesOf(house).get('context-map.md')).toContain('query letter-exists v1');
    expect(without.get('context-map.md')).not.toContain('query letter-exists v1');
  });

  it('draws every module of the program inside of its context, and every arrow between two', () => {
    const drawn =
      /```mermaid\n([\s\S]*?)```/.exec(realPages.get('context-map.md') ?? '')?.[1] ?? '';
    const nodes = [...drawn.matchAll(/^ {4}(\w+)\["/gm)].map(([, id]) => id);
    const arrows = [...drawn.matchAll(/^ {2}(\w+) -->\|"[^"|]+"\| (\w+)$/gm)];
    expect(nodes).toHaveLength(
      real.modules.filter(({ unit }) => unit.place.kind === 'module').length,
    );
    expect(arrows.length).toBeGreaterThan(5);
    for (const [, from, to] of arrows) {
      expect(nodes).toContain(from);
      if (to !== 'application') expect(nodes).toContain(to);
    }
  });

  it('is JSON for programs', () => {
    const read: unknown = JSON.parse(realPages.get('context-map.json') ?? '');
    expect(read).toEqual(JSON.parse(JSON.stringify(contextMap(real))));
  });
});

describe('the map for Context Mapper', () => {
  it('keeps the grammar, and names only contexts and subdomains that it declares', () => {
    const model = readCml(realPages.get('context-map.cml') ?? '');
    const contexts = [...model.boundedContexts.keys()];
    expect([...model.contains].sort()).toEqual([...contexts].sort());
    expect(contexts).toEqual(expect.arrayContaining(['EventProcessing', 'SharedKernel']));
    for (const parts of model.boundedContexts.values()) {
      for (const part of parts) expect(model.subdomains).toContain(part);
    }
    for (const [one, , other] of model.relations.map((relation) => relation.split(' '))) {
      expect(contexts).toEqual(expect.arrayContaining([one, other]));
    }
    expect(model.relations).toContain('EventProcessing [U,OHS,PL]->[D,CF] Deliveries');
    expect(model.messages).toContain('RuleMatched');
  });

  it('writes every kind of relation that can be declared, and texts with quotes', () => {
    const relations = [
      { upstream: 'letters', offers: ['supplier'], downstream: 'parcels', takes: 'customer' },
      { partners: ['letters', 'parcels'] },
      { upstream: 'infrastructure/roads', offers: [], downstream: 'parcels', takes: null },
    ];
    const declared = { ...declarations.communication, relations };
    const context = { 'src/communication/context.ts': contextFile('communication', declared) };
    const model = readCml(pagesOf({ ...house, ...context }).get('context-map.cml') ?? '');
    expect(model.relations).toEqual([
      'Letters [U,S]->[D,C] Parcels',
      'Letters [P]<->[P] Parcels',
      'Roads [U]->[D] Parcels',
      expect.stringContaining('Letters [SK]<->[SK]'),
      expect.stringContaining('Roads [SK]<->[SK]'),
    ]);
    expect(model.messages).toContain('LetterSent');
  });

  it('names modules with their contexts where two have one name', () => {
    const twin = Object.fromEntries(
      Object.entries(roadsModule).map(([path, text]) => [
        path.replaceAll('infrastructure/roads', 'communication/roads'),
        text,
      ]),
    );
    const model = readCml(pagesOf({ ...house, ...twin }).get('context-map.cml') ?? '');
    expect(model.contains).toEqual(
      expect.arrayContaining(['CommunicationRoads', 'InfrastructureRoads', 'Letters']),
    );
  });

  it.each([
    ['an unknown role', 'ContextMap A { B [U,XYZ]->[D] C }', 'no [U,XYZ]->[D]'],
    ['a customer of an open host', 'ContextMap A { B [U,S,OHS]->[D,C] C }', 'no [U,S,OHS]->[D,C]'],
    ['an unknown type', 'BoundedContext A { type = HOUSE }', 'does not expect'],
    ['a name with a hyphen', 'BoundedContext event-processing {}', 'does not have'],
    ['an open block', 'Domain A { Subdomain B {', 'does not expect'],
  ])('would be refused with %s', (_what, text, fault) => {
    expect(() => readCml(text)).toThrow(fault);
  });
});

describe('the canvases of the modules', () => {
  const canvases = [...realPages].filter(([path]) => path.startsWith('modules/'));
  const all = canvases.map(([, text]) => text).join('\n');

  it('are one for each module, and the map links to it', () => {
    const modules = real.modules.filter(({ unit }) => unit.place.kind === 'module');
    expect(canvases).toHaveLength(modules.length);
    for (const [path] of canvases) expect(realPages.get('context-map.md')).toContain(`(${path})`);
  });

  it('have every error of the catalogue that belongs to a module', () => {
    const names = new Set(canvases.map(([path]) => path.split('.')[1]));
    const codes = [...errorCatalogue.keys()].filter((code) => names.has(code.split('.')[0]));
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) expect(all).toContain(`| \`${code}\` |`);
  });

  it('have every route of the API, but for those of the kernel', () => {
    const { paths } = JSON.parse(readFileSync('docs/reference/openapi.json', 'utf8')) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const kernel = 'api-keys|portal/tokens|reactions|schedules|queued-commands|archive-segments';
    const others = new RegExp(` /(?:v1/(?:${kernel})|health|metrics|docs|\\w+\\.json)`);
    const ours = routes.filter((route) => !others.test(route));
    expect(ours.length).toBeGreaterThan(25);
    for (const route of ours) expect(all).toContain(`\`${route}\``);
  });

  it('have every message, reaction, effect and table of the modules', () => {
    const inModule = <Item extends { unit: { place: { kind: string } } }>(items: readonly Item[]) =>
      items.filter(({ unit }) => unit.place.kind === 'module');
    const declared = real.messages.filter((one) => one.declared.unit.place.kind === 'module');
    for (const { name } of declared) expect(all).toContain(`[${name}](`);
    for (const { table } of inModule(real.tables)) expect(all).toContain(`| \`${table}\` |`);
    const handlers = real.handlers.filter((one) => one.declared.unit.place.kind === 'module');
    for (const { reaction, effect } of handlers) {
      if (reaction !== null) expect(all).toContain(`[${reaction.id}](`);
      if (effect !== '') expect(all).toContain(`| \`${effect}\` |`);
    }
  });
});
