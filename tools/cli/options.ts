import { parseArgs } from 'node:util';

const definitions = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  secret: { type: 'string', multiple: true },
  file: { type: 'string' },
  type: { type: 'string' },
  source: { type: 'string' },
  state: { type: 'string' },
  limit: { type: 'string' },
} as const;

/** The command line taken apart. */
export function readArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: definitions,
    allowPositionals: true,
    strict: true,
  });
}

export type CliOptions = ReturnType<typeof readArguments>['values'];
