import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentOf } from '#shared-kernel/contracts/contract-document.js';
import { idOf, type PublishedContract } from '#shared-kernel/contracts/contract.js';
import { type House, readHouse } from '../../tools/architecture/house.ts';
import { readTree } from '../../tools/architecture/source-tree.ts';
import { findViolations } from '../../tools/architecture/verify.ts';
import { contextMap } from '../../tools/context-map/context-map.ts';
import { compareContracts } from '../../tools/contracts/compare-contracts.ts';
import { isFault } from '../../tools/contracts/contract-change.ts';
import { describeChange } from '../../tools/contracts/describe-change.ts';
import { codeBlocks } from './documents.ts';
import { shop } from './guide-example/shop/context.ts';
import { OrderPlacedV2 } from './guide-example/shop/orders/contracts/order-placed-v2.event.ts';
import { OrderPlaced } from './guide-example/shop/orders/contracts/order-placed.event.ts';

/*
 * The guide's TypeScript is cut out of the files of one folder, which are compiled, run by their
 * own scenarios, and held to the rules of the architecture as if they stood in src/.
 */
const guide = 'docs/developer-guide.md';
const folder = 'test/docs/guide-example';

const example = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|md)$/.test(path))
    .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
);

/** The lines without the indentation that all of them share. */
function flush(lines: readonly string[]): string {
  const depths = lines.filter(Boolean).map((line) => line.length - line.trimStart().length);
  const shared = Math.min(...depths);
  return lines.map((line) => line.slice(shared)).join('\n');
}

/** Whether the block is a stretch of whole lines of the text. */
function isCutFrom(text: string, block: string): boolean {
  const wanted = block.trimEnd().split('\n');
  const lines = text.split('\n');
  return lines.some(
    (_line, start) => flush(lines.slice(start, start + wanted.length)) === flush(wanted),
  );
}

function strangersIn(blocks: readonly string[]): string[] {
  return blocks.filter((block) => ![...example.values()].some((text) => isCutFrom(text, block)));
}

/** The program with the example in it, where modules import each other by `#`. */
function houseWith(change: (path: string, text: string) => string = (_path, text) => text) {
  const tree = new Map(readTree(process.cwd()));
  for (const [path, text] of example) {
    if (!path.startsWith('shop/')) continue;
    const inPlace = text.replaceAll(/'\.\.\/\.\.\/(orders|billing)\//g, "'#shop/$1/");
    tree.set(`src/${path}`, change(path, inPlace));
  }
  return readHouse(tree);
}

/** What the rules find in the example. */
function findingsIn(house: House): string[] {
  const own = findViolations(house).filter(({ file }) => file.startsWith('src/shop/'));
  return own.map(({ rule, file, found }) => `${rule.id} ${file} ${found}`);
}

it('every example of the developer guide is cut from code that runs', () => {
  const blocks = codeBlocks(guide, 'ts');
  expect(blocks.length).toBeGreaterThan(9);
  expect(strangersIn(blocks)).toEqual([]);
});

it('an example that differs by a word is found', () => {
  const block = codeBlocks(guide, 'ts').find((code) => code.includes('acme')) ?? '';
  expect(strangersIn([block.replace('hmac', 'rsa')])).toHaveLength(1);
  expect(strangersIn([block, block.split('\n').slice(2, 5).join('\n')])).toEqual([]);
});

it('the example breaks no rule of the architecture, and the context map shows it', () => {
  const house = houseWith();
  expect(findingsIn(house)).toEqual([]);
  const { upstream, downstream, takes } = shop.relations[0];
  const drawn = contextMap(house).relations.filter((one) => one.upstream.startsWith('shop/'));
  expect(drawn).toMatchObject([
    {
      upstream: `shop/${upstream}`,
      downstream: `shop/${downstream}`,
      takes,
      contracts: [{ use: 'reacts to', name: 'shop.order-placed', version: 2 }],
    },
  ]);
});

it('the example is held to the rules: a relation that is not declared is found', () => {
  const findings = findingsIn(
    houseWith((path, text) => (path === 'shop/context.ts' ? withoutRelations(text) : text)),
  );
  expect(findings).toContainEqual(expect.stringMatching(/^relations-declared src\/shop\/billing/));
});

function withoutRelations(text: string): string {
  return text.replace(/relations: \[[^]*?\n {2}\],/, 'relations: [],');
}

it('what the guide shows of a broken contract is what the check says', () => {
  const id = idOf(OrderPlaced.contract);
  const withSchemaOf = ({ contract }: { readonly contract: object }) =>
    new Map([[id, documentOf({ ...contract, version: 1 } as PublishedContract)]]);
  const changes = compareContracts({
    baseline: withSchemaOf(OrderPlaced),
    code: withSchemaOf(OrderPlacedV2),
    decisions: [],
  });
  expect(changes.map((change) => isFault(change, '2026-01-01'))).toEqual([true]);
  const shown = codeBlocks(guide, 'text').map((block) => block.trimEnd());
  expect(shown).toContain(changes.map(describeChange).join('\n'));
});
