import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../../tools/support/wait-for.ts';

const root = process.cwd();
const built = join(root, 'dist/main.js');
const lock = join(tmpdir(), `signalbox-build-${createHash('sha1').update(root).digest('hex')}`);
/** A build takes seconds: whoever holds the lock for longer is dead. */
const lockMaxMs = 60_000;

/**
 * Builds `dist` unless it is newer than every source, so that `npm test` needs no other command.
 */
export async function ensureBuilt(): Promise<void> {
  if (isFresh()) return;
  // Test files run in processes of their own, and a build begins with deleting the last one.
  await waitFor('the lock of the build', takeLock, 2 * lockMaxMs);
  try {
    if (!isFresh()) await build();
  } finally {
    rmdirSync(lock);
  }
}

async function build(): Promise<void> {
  const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  // Types are checked by another step, which tells more.
  await promisify(execFile)(process.execPath, [nest, 'build', '--no-type-check'], { cwd: root });
}

function isFresh(): boolean {
  const builtAtMs = modifiedAtMs(built);
  if (builtAtMs === undefined) return false;
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .every((file) => (modifiedAtMs(join(root, 'src', file)) ?? 0) <= builtAtMs);
}

function takeLock(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    if (Date.now() - (modifiedAtMs(lock) ?? Date.now()) > lockMaxMs) rmdirSync(lock);
    return false;
  }
}

function modifiedAtMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
