import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files that the rules judge: path from the root, with forward slashes, to text. */
export type SourceTree = ReadonlyMap<string, string>;

/**
 * Reads what the rules judge: `package.json` and everything under `src` that is TypeScript or a
 * README.
 *
 * @param root folder that holds `package.json` and `src`
 */
export function readTree(root: string): SourceTree {
  const tree = new Map<string, string>();
  tree.set('package.json', readFileSync(join(root, 'package.json'), 'utf8'));
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    const path = `src/${entry.replaceAll('\\', '/')}`;
    if (path.endsWith('.ts') || path.endsWith('/README.md')) {
      tree.set(path, readFileSync(join(root, path), 'utf8'));
    }
  }
  return tree;
}

/** Lines of a text as an editor counts them: a newline at the end starts no further line. */
export function lineCount(text: string): number {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.length - 1 : lines.length;
}
