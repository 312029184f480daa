import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const secretKeyBytes = 32;
const fileName = 'secret.key';

interface KeyPlace {
  /** The key from the settings, in base64. */
  readonly secretKey?: string | undefined;
  readonly dataFolder: string;
}

/**
 * The key that seals stored secrets: from the settings, else from the file `secret.key`, which is
 * made at the first start for the owner's eyes only. Whoever backs up the database needs this file
 * too.
 *
 * @throws Error when the file is damaged, or cannot be read or made
 */
export function loadSecretKey({ secretKey, dataFolder }: KeyPlace): Uint8Array {
  if (secretKey !== undefined) return Buffer.from(secretKey, 'base64');
  const file = join(dataFolder, fileName);
  const key = Buffer.from(readOrMake(file, dataFolder).trim(), 'base64');
  if (key.length === secretKeyBytes) return key;
  throw new Error(`${file} does not hold ${secretKeyBytes} bytes in base64: restore it`);
}

function readOrMake(file: string, folder: string): string {
  const found = readIfThere(file);
  if (found !== undefined) return found;
  mkdirSync(folder, { recursive: true });
  // Written aside, flushed, then linked: nobody ever sees half a key, and of two starts one wins.
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, `${randomBytes(secretKeyBytes).toString('base64')}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
