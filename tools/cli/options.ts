import { parseArgs } from 'node:util';

const definitions = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  secret: { type: 'string', multiple: true },
  file: { type: 'string' },
  type: { type: 'string' },
  source: { type: 'string' },
  state: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  limit: { type: 'string' },
  format: { type: 'string' },
  against: { type: 'string' },
  event: { type: 'string' },
  key: { type: 'string' },
  'error-code': { type: 'string' },
  reason: { type: 'string' },
  endpoint: { type: 'string' },
  status: { type: 'string' },
  stage: { type: 'string' },
  match: { type: 'string' },
  all: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
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
