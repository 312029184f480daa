import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// What a clone does not have, or what a tool writes.
const ignored = new Set(['.git', 'node_modules', 'dist', 'coverage', 'data', '.env']);

/** Traces of the machine on which a file was written; no clone can use them. */
const traces: readonly (readonly [string, RegExp])[] = [
  ['a home folder', /(?<![\w.$}*\\-])\/(?:(?:home|Users)\/\w+|root\b)/],
  ['a folder of one machine', /(?<![\w.$}*\\-])\/work\//],
  ['a package registry', /registry\s*=\s*["']?https?:|https?:\/\/(?!registry\.npmjs\.)registry\./],
];

function textFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? textFiles(path) : [path];
  });
}

function tracesIn(text: string): string[] {
  return text
    .split('\n')
    .flatMap((content, index) =>
      traces
        .filter(([, pattern]) => pattern.test(content))
        .map(([what]) => `line ${index + 1} names ${what}`),
    );
}

describe('the files of the project', () => {
  it('name no machine and no registry', () => {
    const found = textFiles('.').flatMap((path) => {
      const content = readFileSync(path);
      if (content.includes(0)) return [];
      return tracesIn(content.toString()).map((trace) => `${path}: ${trace}`);
    });
    expect(found).toEqual([]);
  });

  it.each([
    [`see ${['', 'root', 'notes'].join('/')}`, 'a home folder'],
    [`"${['', 'home', 'ann', 'signalbox'].join('/')}"`, 'a home folder'],
    [`cd ${['', 'work', 'main'].join('/')}`, 'a folder of one machine'],
    [['registry', 'http://10.0.0.1/'].join('='), 'a package registry'],
    [['http:', 'registry.example.org/zod'].join('//'), 'a package registry'],
  ])('are refused when one says %s', (text, what) => {
    expect(tracesIn(`fine\n${text}`)).toEqual([`line 2 names ${what}`]);
  });

  it('lock packages without naming the host that they came from', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
    };
    const hosts = Object.values(lock.packages).flatMap(({ resolved }) =>
      resolved === undefined ? [] : [new URL(resolved).host],
    );
    expect(hosts.filter((host) => host !== 'registry.npmjs.org')).toEqual([]);
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  });
});
