import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidSettings } from '#shared-kernel/config/settings.js';
import { github } from '../domain/providers/github.js';
import { fixedProviders } from './fixed-providers-of-file.js';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'providers-'));
  path = join(folder, 'providers.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

const { proof: _proof, ...definition } = github;
const acme = { ...definition, name: 'acme' };

function faultOf(content: string): string {
  writeFileSync(path, content);
  try {
    fixedProviders(path);
  } catch (error) {
    if (error instanceof InvalidSettings) return error.message;
    throw error;
  }
  throw new Error('the file was taken');
}

it('adds the providers of a file to those of the program, and their names are taken', () => {
  writeFileSync(path, JSON.stringify([acme]));
  const fixed = fixedProviders(path);
  expect(fixed.byName('acme')).toEqual({ origin: 'file', definition: acme, proof: null });
  expect(['acme', 'github', 'hmac', 'other'].map((name) => fixed.isTaken(name))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

it('knows those of the program without a file', () => {
  expect(fixedProviders(undefined).byName('github')?.origin).toBe('shipped');
});

it.each([
  ['{', 'cannot be read as JSON'],
  ['{}', 'is not a list of definitions'],
  [JSON.stringify([definition]), '[0].name is that of a provider'],
  [JSON.stringify([acme, acme]), '[1].name is that of a provider'],
  [JSON.stringify([{ ...acme, title: '' }]), '[0].title'],
  ['"'.padEnd(1_048_577, ' '), 'larger than 1 MiB'],
])('refuses the start with the place of the fault', (content, fault) => {
  expect(faultOf(content)).toContain(fault);
});
