import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describeSettings } from '#shared-kernel/config/settings.js';
import { errorCatalogue } from '#shared-kernel/domain/domain-error.js';
import { referencePages } from '../../tools/reference/reference-pages.ts';

const folder = 'docs/reference';

let pages: Map<string, string>;
const committed = new Map(filesUnder(folder).map((path) => [path, textOf(path)]));

beforeAll(async () => {
  pages = await referencePages();
});

function filesUnder(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile())
    .sort();
}

function textOf(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** How the committed files differ from the ones that the code of now makes. */
function differences(written: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...pages.keys(), ...written.keys()]);
  return [...paths]
    .filter((path) => pages.get(path) !== written.get(path))
    .map((path) => `${folder}/${path} does not fit the code; mend it: npm run reference`);
}

it('is committed as the code writes it', () => {
  expect(differences(committed)).toEqual([]);
});

it('is seen to differ when a file is changed, missing or left over', () => {
  const other = new Map(committed);
  other.set('settings.md', 'changed').set('contracts/gone.v1.json', '{}').delete('errors.md');
  expect(differences(other)).toEqual([
    `${folder}/settings.md does not fit the code; mend it: npm run reference`,
    `${folder}/errors.md does not fit the code; mend it: npm run reference`,
    `${folder}/contracts/gone.v1.json does not fit the code; mend it: npm run reference`,
  ]);
});

it('is the same when it is made again', async () => {
  expect(Object.fromEntries(await referencePages())).toEqual(Object.fromEntries(pages));
});

it('has every setting and every error', () => {
  const settings = pages.get('settings.md')!;
  for (const { name } of describeSettings()) expect(settings).toContain(`| \`${name}\` |`);
  const errors = pages.get('errors.md')!;
  for (const code of errorCatalogue.keys()) expect(errors).toContain(`| \`${code}\` |`);
});

it('has the errors of every catalogue in the source', () => {
  const sources = filesUnder('src').filter((path) => /(?<!\.spec)\.ts$/.test(path));
  const declared = sources.flatMap((path) => {
    const text = readFileSync(join('src', path), 'utf8');
    return [...text.matchAll(/= defineErrors\('([\w-]+)'/g)].map(([, module]) => module);
  });
  expect(declared.length).toBeGreaterThan(8);
  for (const module of declared) expect(pages.get('errors.md')).toContain(`\n## ${module}\n`);
});

it('has a schema for every contract that accepts its examples, and refuses others', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const contracts = [...pages].filter(([path]) => path.startsWith('contracts/'));
  expect(contracts.length).toBeGreaterThan(5);
  for (const [path, text] of contracts) {
    const { kind, schema, input, result, examples } = JSON.parse(text);
    const pairs: [object, unknown[]][] =
      kind === 'event'
        ? [[schema, examples]]
        : [
            [input, membersOf(examples, 'input')],
            [result, membersOf(examples, 'result')],
          ];
    expect([path, examples.length]).not.toEqual([path, 0]);
    for (const [form, documents] of pairs) {
      const fits = ajv.compile(form);
      for (const document of documents) {
        expect([path, fits(document)]).toEqual([path, true]);
        const other = isObject(document) ? { ...document, somethingElse: 1 } : 'something else';
        expect([path, fits(other)]).toEqual([path, false]);
      }
    }
  }
});

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function membersOf(examples: readonly object[], name: string): unknown[] {
  return examples.map((example) => Reflect.get(example, name));
}
