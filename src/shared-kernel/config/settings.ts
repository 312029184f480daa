import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { notesOf } from './setting-types.js';
import { settingsSchema } from './settings-schema.js';

type SettingsValues = Readonly<z.output<typeof settingsSchema> & { publicUrl: string }>;

/** The base class has the fields of the schema, which only the type system must be told. */
const SettingsFields = class {
  constructor(values: SettingsValues) {
    Object.assign(this, values);
  }
} as new (values: SettingsValues) => SettingsValues;

/** The settings of this process; as a class it is also the token to inject them by. */
export class Settings extends SettingsFields {}

/** Stops the start: names every wrong setting, its fault and what is allowed, one on a line. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
}

/** One setting on the reference page. */
export interface SettingDescription {
  readonly name: string;
  readonly description: string;
  readonly allowed: string;
  readonly default: string;
  readonly secret: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings; the environment wins over the text of the `.env` file. An empty value counts
 * as absent, which is what Compose files and shells make of a variable without a value.
 *
 * @param options.tty whether the log goes to a terminal, which decides the default of LOG_FORMAT
 * @throws InvalidSettings with all that is wrong at once
 */
export function loadSettings(
  env: Environment,
  dotenvText: string,
  options: { readonly tty: boolean },
): Settings {
  const given: Environment = { ...parseEnv(dotenvText), ...definedOf(env) };
  const input = Object.fromEntries(
    keys.map((key) => [key, given[nameOf(key)]] as const).filter(([, value]) => Boolean(value)),
  );
  if (input['logFormat'] === undefined && options.tty) input['logFormat'] = 'pretty';
  const result = settingsSchema.safeParse(input);
  if (!result.success) throw new InvalidSettings(faultsOf(result.error.issues, input));
  const publicUrl = result.data.publicUrl ?? `http://localhost:${result.data.port}`;
  return new Settings({ ...result.data, publicUrl: publicUrl.replace(/\/+$/, '') });
}

/** Every setting in the order of the schema, for the reference page. */
export function describeSettings(): SettingDescription[] {
  return keys.map((key) => ({ name: nameOf(key), ...notesOf(settingsSchema.shape[key]) }));
}

/**
 * The settings by their names in the environment, secrets masked, for the log line of the start.
 */
export function maskedSettings(settings: Settings): Record<string, unknown> {
  return Object.fromEntries(
    keys.map((key) => {
      const set = settings[key] !== undefined;
      return [
        nameOf(key),
        set && notesOf(settingsSchema.shape[key]).secret ? '***' : settings[key],
      ];
    }),
  );
}

const keys = Object.keys(settingsSchema.shape) as (keyof typeof settingsSchema.shape)[];

function nameOf(key: string): string {
  return key.replace(/[A-Z]/g, '_$&').toUpperCase();
}

function definedOf(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => Boolean(value)));
}

function faultsOf(issues: readonly z.core.$ZodIssue[], input: Environment): string {
  const lines = issues.map(({ path, message }) => {
    const key = keys.find((candidate) => candidate === path[0]);
    if (key === undefined) return message;
    const { allowed, secret } = notesOf(settingsSchema.shape[key]);
    const value = secret ? 'its value' : JSON.stringify(input[key]?.slice(0, 100));
    return `  ${nameOf(key)}: ${value} ${message} (allowed: ${allowed})`;
  });
  return `Some settings are wrong:\n${lines.join('\n')}`;
}
