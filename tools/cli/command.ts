import type { ApiClient } from '../support/api-client.ts';
import type { CliOptions } from './options.ts';

/** What a command works with. */
export interface CommandInput {
  readonly url: string;
  /**
   * Calls the API with the key of SIGNALBOX_API_KEY.
   *
   * @throws CliFault when there is none
   */
  readonly api: () => ApiClient;
  /** Positional arguments behind the words of the command. */
  readonly values: readonly string[];
  readonly options: CliOptions;
}

/** What a command found: lines for people, and the same for programs. */
export interface CommandResult {
  readonly text: string;
  /** Printed with --json. */
  readonly data: unknown;
  /** Bytes for standard output as they are, in place of both. */
  readonly bytes?: Uint8Array;
  /** False makes the exit code 1 although the command did its work. */
  readonly good?: boolean;
}

/** One command of the CLI. */
export interface CliCommand {
  /** `events show` */
  readonly words: string;
  /** Names of its positional arguments; one in brackets may be left out. */
  readonly values: readonly string[];
  /** Its own options, as they stand in the help. */
  readonly options?: string;
  readonly help: string;
  run(input: CommandInput): Promise<CommandResult>;
}

/** Something that the person at the terminal has to change; its message says what. */
export class CliFault extends Error {
  override readonly name = 'CliFault';
  readonly exitCode: 1 | 2;

  /** @param exitCode 1 when the command failed, 2 when it was written wrongly */
  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
