import { z } from 'zod';
import { ApiClient, ApiProblem } from '../support/api-client.ts';
import { archiveCommands } from './archive-commands.ts';
import { changeCommands } from './change-commands.ts';
import { columns } from './columns.ts';
import { type CliCommand, CliFault, type CommandResult } from './command.ts';
import { contractCommands } from './contract-commands.ts';
import { deliveryCommands } from './delivery-commands.ts';
import { listCommands } from './list-commands.ts';
import { lookCommands } from './look-commands.ts';
import { type CliOptions, readArguments } from './options.ts';
import { scheduleCommands } from './schedule-commands.ts';
import { parkedCommands } from './parked-commands.ts';
import { reactionCommands } from './reaction-commands.ts';
import { sendSample } from './send-sample.ts';
import { verifyCommand } from './verify-command.ts';

/** Where the CLI writes. */
export interface CliOutput {
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const urlDefault = 'http://localhost:3000';

/** Every command, in the order of the help. */
export const commands: readonly CliCommand[] = [
  ...lookCommands,
  ...listCommands,
  ...changeCommands,
  ...contractCommands,
  ...scheduleCommands,
  ...reactionCommands,
  ...parkedCommands,
  ...archiveCommands,
  ...deliveryCommands,
  sendSample,
  verifyCommand,
].sort((one, other) => (one.words < other.words ? -1 : 1));

/**
 * Runs one command line.
 *
 * @returns the exit code: 0 done, 1 refused, not ready or not reached, 2 written wrongly
 */
export async function runCli(
  args: readonly string[],
  env: Environment,
  { out, err }: CliOutput,
): Promise<number> {
  try {
    const { values: options, positionals } = readArguments(args);
    if (options.help || positionals.length === 0 || positionals[0] === 'help') {
      out(`${helpText()}\n`);
      return 0;
    }
    const command = commandFor(positionals);
    refuseForeignOptions(command, options);
    const result = await command.run({
      url: urlOf(env),
      api: () => clientOf(env),
      values: positionals.slice(command.words.split(' ').length),
      options,
    });
    out(printed(result, options.json));
    return result.good === false ? 1 : 0;
  } catch (error) {
    const { message, exitCode } = faultOf(error, urlOf(env));
    err(`${message}\n`);
    return exitCode;
  }
}

function commandFor(positionals: readonly string[]): CliCommand {
  const line = `${positionals.join(' ')} `;
  const command = commands.find(({ words }) => line.startsWith(`${words} `));
  if (command === undefined) {
    throw new CliFault(`There is no command "${line.trim()}". Try: npm run cli -- help`, 2);
  }
  const given = positionals.length - command.words.split(' ').length;
  const required = command.values.filter((value) => !value.startsWith('[')).length;
  if (given < required || given > command.values.length) {
    throw new CliFault(`Use it like this: npm run cli -- ${usageOf(command)}`, 2);
  }
  return command;
}

/** An option that a command does not know would be a filter that silently does nothing. */
function refuseForeignOptions(command: CliCommand, options: CliOptions): void {
  const { json: _json, help: _help, ...own } = options;
  const foreign = Object.keys(own).find((name) => !command.options?.includes(`--${name}`));
  if (foreign === undefined) return;
  throw new CliFault(`--${foreign} is no option of this: npm run cli -- ${usageOf(command)}`, 2);
}

function printed({ bytes, data, text }: CommandResult, json: boolean): string | Uint8Array {
  if (bytes !== undefined) return bytes;
  return json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`;
}

function urlOf(env: Environment): string {
  return (env['SIGNALBOX_URL'] || urlDefault).replace(/\/+$/, '');
}

function clientOf(env: Environment): ApiClient {
  const apiKey = env['SIGNALBOX_API_KEY'];
  if (apiKey) return new ApiClient(urlOf(env), apiKey);
  throw new CliFault('Set SIGNALBOX_API_KEY to an API key; the first start prints one.', 2);
}

/** What to tell the person, for anything that was thrown. */
function faultOf(error: unknown, url: string): CliFault {
  if (error instanceof CliFault) return error;
  if (error instanceof ApiProblem) return new CliFault(problemText(error), 1);
  // Not instanceof: errors of Node's own parts can belong to another realm.
  const { name, message, code = '', cause } = thrown.parse(error);
  if (code.startsWith('ERR_PARSE_ARGS')) return new CliFault(message, 2);
  if (name === 'SyntaxError') return new CliFault('The answer is not one of Signalbox.', 1);
  if (name !== 'TypeError') throw error;
  const hint = `Is Signalbox running at ${url}? SIGNALBOX_URL names another address.`;
  return new CliFault(`No answer: ${cause?.message ?? message}\n${hint}`, 1);
}

const thrown = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  cause: z.object({ message: z.string() }).optional().catch(undefined),
});

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly traceId?: string;
  readonly fields?: readonly { readonly path: string; readonly fault: string }[];
}

function problemText({ status, problem }: ApiProblem): string {
  const { code = 'unknown', detail = '', traceId = '', fields = [] } = Object(problem) as Problem;
  const faults = fields.map(({ path, fault }) => `  ${path}: ${fault}`);
  return [`${status} ${code}: ${detail}`, ...faults, `  trace ${traceId}`].join('\n');
}

function usageOf({ words, values, options }: CliCommand): string {
  return [words, ...values, options].filter(Boolean).join(' ');
}

function helpText(): string {
  const rows = commands.map((command) => [usageOf(command), command.help]);
  return [
    'npm run cli -- COMMAND [--json]',
    '',
    columns(['COMMAND', ''], rows),
    '',
    'SIGNALBOX_API_KEY  the API key; the first start prints one',
    `SIGNALBOX_URL      where Signalbox is; ${urlDefault} when not set`,
    'Exit codes: 0 done, 1 refused, not ready or not reached, 2 written wrongly.',
  ].join('\n');
}
