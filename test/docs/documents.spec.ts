import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeSettings } from '#shared-kernel/config/settings.js';
// Fills the catalogue with the errors of every module.
import '#app.module.js';
import { errorCatalogue } from '#shared-kernel/domain/domain-error.js';
import { logFields, metrics } from '#shared-kernel/observability/names.js';
import { commands } from '../../tools/cli/run-cli.ts';
import { type Document, findDocuments, mentions } from './documents.ts';

const documents = findDocuments();
const written = documents.filter(({ path }) => !path.startsWith('docs/reference'));

/** What is wrong with the documents, as one sentence each. */
type Check = (documents: readonly Document[]) => string[];

const deadLinks: Check = (all) =>
  mentions(all, /\]\(([^)\s]+)\)/g).flatMap(({ path, found }) => {
    if (/^[a-z]+:/.test(found)) return [];
    const [target = '', anchor] = found.split('#');
    const file = target === '' ? path : join(dirname(path), target);
    if (!existsSync(file)) return [`${path} links to ${found}, which is not there`];
    const hasAnchor = anchor === undefined || headingsOf(file).has(anchor);
    return hasAnchor ? [] : [`${path} links to ${found}: there is no such heading`];
  });

const unknownScripts: Check = (all) => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  return mentions(all, /npm run (?:-s )?([\w:-]+)/g)
    .filter(({ found }) => !Object.hasOwn(manifest.scripts, found))
    .map(({ path, found }) => `${path} names npm run ${found}, which package.json has not`);
};

const unknownPaths: Check = (all) => {
  const openApi = JSON.parse(readFileSync('docs/reference/openapi.json', 'utf8'));
  const templates = Object.keys(openApi.paths).map(
    (path) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
  );
  return mentions(all, /(?<![\w.])(\/(?:v1|health)\/[\w{}/$-]+)/g)
    .filter(({ found }) => !templates.some((template) => template.test(found)))
    .map(({ path, found }) => `${path} names ${found}, which the API has not`);
};

/** Variables of the command line client, of the examples, and of tests. */
const otherVariables = new Set([
  'SIGNALBOX_URL',
  'SIGNALBOX_API_KEY',
  'WEBHOOK_SECRET',
  'SIGNALBOX_TEST_STORE',
  'SIGNALBOX_TEST_POSTGRES_URL',
  'SIGNALBOX_LONG',
  'CRASH_SEED',
]);

const unknownSettings: Check = (all) => {
  const known = new Set([...describeSettings().map(({ name }) => name), ...otherVariables]);
  return mentions(all, /\b([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b/g)
    .filter(({ found }) => !known.has(found))
    .map(({ path, found }) => `${path} names ${found}, which is no setting`);
};

const unknownNames: Check = (all) => {
  const modules = new Set([...errorCatalogue.keys()].map((code) => code.split('.')[0]));
  const known = new Set<string>([
    ...errorCatalogue.keys(),
    ...Object.keys(metrics),
    ...Object.keys(logFields),
    ...queriesAndCommands(),
    ...reactionIds(),
  ]);
  return mentions(all, /`((?:signalbox_|[a-z-]+\.)[a-z_-]+)`/g)
    .filter(({ found }) => found.startsWith('signalbox_') || modules.has(found.split('.')[0]))
    .filter(({ found }) => !known.has(found) && !/\.(?:ts|md|json)$/.test(found))
    .map(({ path, found }) => `${path} names ${found}, which the code has not`);
};

const unknownCommands: Check = (all) =>
  mentions(all, /npm run (?:-s )?cli -- ([a-z-]+(?: [a-z]+)?)/g)
    .filter(({ found }) => found !== 'help' && !commands.some(({ words }) => words === found))
    .map(({ path, found }) => `${path} names the command ${found}, which the client has not`);

const unknownOptions: Check = (all) =>
  mentions(all, /npm run (?:-s )?cli -- ([^\n`|>]+)/g).flatMap(({ path, found }) => {
    const command = commands.find(({ words }) => `${found} `.startsWith(`${words} `));
    const known: readonly string[] =
      `${command?.options ?? ''} --json --help`.match(/--[\w-]+/g) ?? [];
    return (found.match(/--[\w-]+/g) ?? [])
      .filter((option) => command !== undefined && !known.includes(option))
      .map((option) => `${path} gives ${command?.words ?? ''} the option ${option}`);
  });

const unknownBenches: Check = (all) => {
  const program = readFileSync('tools/bench/bench.ts', 'utf8');
  const names = [...program.matchAll(/^ {2}'?([\w-]+)'?: bench/gm)].map(([, name]) => name);
  return mentions(all, /npm run bench -- ([\w-]+)/g)
    .filter(({ found }) => !names.includes(found))
    .map(({ path, found }) => `${path} names the benchmark ${found}, which there is not`);
};

function queriesAndCommands(): string[] {
  const overview = documents.find(({ path }) => path === 'docs/reference/contracts.md');
  return mentions(overview ? [overview] : [], /\[([\w.-]+)\]\(contracts/g).map(
    ({ found }) => found,
  );
}

function reactionIds(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\/reactions\/[\w-]+\.ts$/.test(file))
    .map((file) => readFileSync(join('src', file), 'utf8'));
  return files.flatMap((code) => {
    const [, id] = /@Reaction\(\{\s*id: '([^']+)'/.exec(code) ?? [];
    return id === undefined ? [] : [id];
  });
}

/** Anchors as GitHub makes them of headings. */
function headingsOf(path: string): Set<string> {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

it.each([
  ['link only to what is there', deadLinks, documents],
  ['name only npm scripts that exist', unknownScripts, documents],
  ['name only addresses of the API', unknownPaths, written],
  ['name only settings that exist', unknownSettings, written],
  ['name only error codes, metrics and messages that exist', unknownNames, written],
  ['name only commands of the client', unknownCommands, written],
  ['give commands of the client only options that they have', unknownOptions, written],
  ['name only benchmarks that there are', unknownBenches, written],
] as const)('the documents %s', (_what, check, subjects) => {
  expect(check(subjects)).toEqual([]);
});

it.each([
  [deadLinks, 'see [this](nowhere.md)', 'links to nowhere.md'],
  [deadLinks, 'see [this](#nothing-of-the-kind)', 'no such heading'],
  [unknownScripts, 'npm run fly', 'names npm run fly'],
  [unknownPaths, 'GET /v1/unicorns/{id}', 'names /v1/unicorns/{id}'],
  [unknownSettings, 'set `BODY_BYTES_MAXIMUM`', 'names BODY_BYTES_MAXIMUM'],
  [unknownNames, 'answers `webhooks.too-pretty`', 'names webhooks.too-pretty'],
  [unknownNames, 'count `signalbox_unicorns_total`', 'names signalbox_unicorns_total'],
  [unknownCommands, 'npm run cli -- unicorns list', 'names the command unicorns list'],
  [unknownOptions, 'npm run cli -- events show ID --loud', 'gives events show the option --loud'],
  [unknownBenches, 'npm run bench -- unicorns', 'names the benchmark unicorns'],
])('a document is refused: %#', (check, text, fault) => {
  const planted = check([{ path: 'README.md', text }]);
  expect(planted).toEqual([expect.stringContaining(fault)]);
});

it('the README is short', () => {
  const readme = documents.find(({ path }) => path === 'README.md');
  expect(readme!.text.split('\n').length - 1).toBeLessThanOrEqual(120);
});

it('every guide and every decision is linked from the README', () => {
  const readme = documents.find(({ path }) => path === 'README.md')!.text;
  const listed = documents.filter(({ path }) => /^docs\/(?:guides|decisions)\//.test(path));
  expect(listed.length).toBeGreaterThan(8);
  for (const { path } of listed) expect(readme).toContain(`(${path})`);
});
