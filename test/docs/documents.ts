import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One Markdown file that people read. */
export interface Document {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
}

const folders = ['docs', 'src'];

/** The README, everything under `docs/`, and the README of each module. */
export function findDocuments(): Document[] {
  const nested = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
  );
  return ['README.md', ...nested.sort()].map((path) => ({
    path,
    text: readFileSync(path, 'utf8'),
  }));
}

/** Every match of a pattern with one group, with the path of its document. */
export function mentions(
  documents: readonly Document[],
  pattern: RegExp,
): { readonly path: string; readonly found: string }[] {
  return documents.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([whole, group]) => ({ path, found: group ?? whole })),
  );
}

/** Code blocks of one language, in order. */
export function codeBlocks(path: string, language: string): string[] {
  const text = readFileSync(path, 'utf8');
  const pattern = new RegExp(`^ *\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\`$`, 'gm');
  return [...text.matchAll(pattern)].map(([, code = '']) => code);
}
