import { parseEnv } from 'node:util';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import {
  flag,
  noted,
  notesOf,
  oneOf,
  optionalUrl,
  ratio,
  text,
  wholeNumber,
} from './setting-types.js';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/**
 * Every setting of the program. The name in the environment is the key in capitals: `bodyBytesMax`
 * is `BODY_BYTES_MAX`.
 */
const settingsSchema = z.object({
  port: wholeNumber(
    { min: 0, max: 65_535, default: 3000 },
    'Port to listen on; 0 takes a free one.',
  ),
  // Senders of webhooks are other machines, and in a container loopback reaches nobody. What is
  // reachable asks for an API key or for a secret address, so an open address is a safe default.
  host: text('0.0.0.0', 'Address to listen on; 127.0.0.1 is for this machine only.'),
  publicUrl: optionalUrl(['http:', 'https:'], {
    description: 'Base URL under which senders and people reach this program.',
    default: 'http://localhost:PORT',
  }),
  dataFolder: text('./data', 'Folder of the database, the key file and stored files.'),
  storeBytesMax: wholeNumber(
    { min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 },
    'Largest size of the database file in bytes; 0 leaves it to the disk.',
  ),
  databaseUrl: optionalUrl(['postgres:', 'postgresql:'], {
    description:
      'PostgreSQL database that takes the place of the SQLite file, so that several instances can share it; TLS with ?sslmode=verify-full.',
    default: 'none: the SQLite file in DATA_FOLDER',
    secret: true,
  }),
  databaseConnectionsMax: wholeNumber(
    { min: 4, max: 100, default: 6 },
    'Connections to PostgreSQL that one instance opens: one writes, one listens, the others read.',
  ),
  diskFreeBytesMin: wholeNumber(
    { min: 0, max: Number.MAX_SAFE_INTEGER, default: 256 * mebibyte },
    'Free bytes on the data disk below which the program reports that it is not ready.',
  ),
  answerCheck: oneOf(
    ['log', 'throw'],
    'log',
    'What becomes of an API answer that breaks its schema: log sends it with an error in the log ' +
      'and counts it, throw answers 500, as is best while developing.',
  ),
  logLevel: oneOf(['debug', 'info', 'warn', 'error'], 'info', 'Least important level to log.'),
  logFormat: oneOf(
    ['json', 'pretty'],
    'json',
    'Form of the log: Elastic Common Schema lines, or lines for people.',
    'pretty on a terminal, else json',
  ),
  metricsFormat: oneOf(
    ['openmetrics', 'text'],
    'openmetrics',
    'Form of /metrics: OpenMetrics with exemplars, or the older Prometheus text.',
  ),
  metricsPublic: flag(true, 'Whether /metrics answers without an API key.'),
  otelExporterOtlpEndpoint: optionalUrl(['http:', 'https:'], {
    description: 'OTLP/HTTP endpoint that receives traces; without it nothing is exported.',
  }),
  traceSampleRatio: ratio(1, 'Share of new traces that are recorded.'),
  webhookBodyBytesMax: wholeNumber(
    { min: kibibyte, max: 100 * mebibyte, default: 5 * mebibyte },
    'Largest body of a webhook, in bytes.',
  ),
  apiBodyBytesMax: wholeNumber(
    { min: kibibyte, max: 100 * mebibyte, default: mebibyte },
    'Largest body of an API request, in bytes.',
  ),
  outboundAllowedRanges: noted(
    z
      .string()
      .transform((list) =>
        list
          .split(',')
          .map((range) => range.trim())
          .filter(Boolean),
      )
      .refine((ranges) => ranges.every(isRange), 'has a range that is not in CIDR notation')
      .default([]),
    {
      description: 'Private address ranges that outbound calls may reach all the same.',
      allowed: 'CIDR ranges with commas between them, such as 10.1.0.0/16,fd00::/8',
      default: 'empty',
    },
  ),
  deliveryConcurrency: wholeNumber(
    { min: 1, max: 10_000, default: 100 },
    'Delivery attempts that run at the same time.',
  ),
  deliveryTimeoutMs: wholeNumber(
    { min: 1_000, max: 30_000, default: 15_000 },
    'Time that one delivery attempt may take, in milliseconds.',
  ),
  smtpUrl: optionalUrl(['smtp:', 'smtps:'], {
    description:
      'Mail server, with user and password if it wants them; without it no mail is sent.',
    secret: true,
  }),
  mailFrom: text('Signalbox <signalbox@localhost>', 'Sender of mails.'),
  secretKey: noted(
    z
      .base64('is not base64')
      .refine((key) => Buffer.from(key, 'base64').length === 32, 'is not 32 bytes long')
      .optional(),
    {
      description: 'Key that seals stored secrets; without it a file in the data folder holds one.',
      allowed: '32 random bytes in base64: openssl rand -base64 32',
      default: 'the file secret.key, made at the first start',
      secret: true,
    },
  ),
  bootstrapApiKey: noted(
    z
      .string()
      .regex(/^sbx_[0-9a-f]{32}_[\w-]{43}$/, 'does not have the form of an API key')
      .optional(),
    {
      description:
        'Value of the first admin key, for automated installs; it is only read at the first start.',
      allowed:
        'sbx_ID_SECRET: 32 hex digits (openssl rand -hex 16) and 32 bytes in base64url (43 characters)',
      default: 'a random key, printed once',
      secret: true,
    },
  ),
  eventLogKeepDays: wholeNumber(
    { min: 1, max: 3_650, default: 30 },
    'Days that events stay in the log before they go to the archive.',
  ),
  archiveKeepDays: wholeNumber(
    { min: 0, max: 36_500, default: 365 },
    'Days that events stay in the archive; 0 keeps no archive: what leaves the log is gone.',
  ),
  historyKeepDays: wholeNumber(
    { min: 4, max: 3_650, default: 30 },
    'Days that webhooks, deliveries, notifications and the like stay to be read when they are ' +
      'over; also how long repeats of a webhook or an event are recognised.',
  ),
  demoSource: flag(true, 'Whether the very first start makes a source to try things with.'),
  shutdownTimeoutMs: wholeNumber(
    { min: 0, max: 600_000, default: 20_000 },
    'Time to finish what is running when the program is asked to stop, in milliseconds.',
  ),
});

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

function isRange(candidate: string): boolean {
  return ipaddr.isValidCIDR(candidate);
}
