import { readFileSync } from 'node:fs';
import { CliFault } from './command.ts';

/**
 * The JSON document in a file; `-` stands for standard input.
 *
 * @throws CliFault when it cannot be read or is no JSON
 */
export function jsonIn(file: string): unknown {
  const standardInput = 0;
  let text: string;
  try {
    text = readFileSync(file === '-' ? standardInput : file, 'utf8');
  } catch (error) {
    throw new CliFault(`${file} cannot be read: ${messageOf(error)}`, 2);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliFault(`${file} is not JSON: ${messageOf(error)}`, 2);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
