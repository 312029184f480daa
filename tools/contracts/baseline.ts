import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContractDocument } from '#shared-kernel/contracts/contract-document.js';

/** Contracts by their id, `shop.order-placed@1`. */
export type Contracts = ReadonlyMap<string, ContractDocument>;

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where the committed contracts stand. */
const baselineFolder = 'docs/reference/contracts';

/** The contracts that are committed, or were written last. */
export function readBaseline(folder = join(root, baselineFolder)): Contracts {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return byId(files.map((file) => readFileSync(join(folder, file), 'utf8')));
}

/**
 * The contracts as they were committed at a git reference: a branch, a tag, a commit.
 *
 * @throws BaselineFault when git has no such reference
 */
export function readBaselineAt(reference: string, repository = root): Contracts {
  const git = (...args: string[]): string => {
    try {
      return execFileSync('git', args, {
        cwd: repository,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        maxBuffer: outputBytesMax,
      });
    } catch (error) {
      throw new BaselineFault(`git cannot show ${reference}: ${causeOf(error)}`);
    }
  };
  // What looks like an option would be one to git.
  if (reference.startsWith('-')) throw new BaselineFault(`${reference} is no git reference`);
  const listed = git('ls-tree', '--name-only', reference, `${baselineFolder}/`);
  const files = listed.split('\n').filter((file) => file.endsWith('.json'));
  return byId(files.map((file) => git('show', `${reference}:${file}`)));
}

/** The baseline that was asked for is not there. */
export class BaselineFault extends Error {
  override readonly name = 'BaselineFault';
}

const outputBytesMax = 64 * 1024 * 1024;

function byId(texts: readonly string[]): Contracts {
  const documents = texts.map((text) => JSON.parse(text) as ContractDocument);
  return new Map(documents.map((document) => [`${document.name}@${document.version}`, document]));
}

function causeOf(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return stderr.trim().split('\n')[0] || 'it failed';
}
