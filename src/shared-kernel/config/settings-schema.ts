import { z } from 'zod';
import {
  addressRanges,
  flag,
  noted,
  oneOf,
  optionalUrl,
  ratio,
  text,
  wholeNumber,
} from './setting-types.js';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

const commaList = z.string().transform((list) =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean),
);

/**
 * Every setting of the program. The name in the environment is the key in capitals: `bodyBytesMax`
 * is `BODY_BYTES_MAX`.
 */
export const settingsSchema = z.object({
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
  payloadDrift: oneOf(
    ['on', 'off'],
    'on',
    'Whether the shapes of payloads are learned, so that a change of one is told as the event ' +
      'communication.payload-drifted.',
  ),
  dedupeWindowDays: wholeNumber(
    { min: 1, max: 365, default: 30 },
    'Days for which a repeat of a webhook is recognised, however long the webhook itself stays.',
  ),
  apiBodyBytesMax: wholeNumber(
    { min: kibibyte, max: 100 * mebibyte, default: mebibyte },
    'Largest body of an API request, in bytes.',
  ),
  outboundAllowedRanges: addressRanges(
    'Private address ranges that outbound calls may reach all the same.',
  ),
  trustedProxies: addressRanges(
    'Address ranges of the proxies before this program whose X-Forwarded-For says where a request ' +
      'comes from; without any that header is never believed.',
  ),
  outboundProxies: noted(
    commaList
      .refine((urls) => urls.every(isProxyUrl), 'has an entry that is not the URL of a proxy')
      .default([]),
    {
      description:
        'Forward proxies that endpoints may name, with credentials if they want them. A proxy ' +
        'resolves names itself, so it must refuse private addresses in our place.',
      allowed: 'URLs that start with http:// or https://, with commas between them',
      default: 'empty',
      secret: true,
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
  portalOrigins: noted(
    z
      .string()
      .transform((list) =>
        list
          .split(',')
          .map((origin) => origin.trim())
          .filter(Boolean),
      )
      .refine((origins) => origins.every(isOrigin), 'has something that is not an origin')
      .default([]),
    {
      description: 'Origins of pages that may call the customer portal API from a browser.',
      allowed: 'origins with commas between them, such as https://app.example.com',
      default: 'empty',
    },
  ),
  portalEndpointsMax: wholeNumber(
    { min: 0, max: 10_000, default: 50 },
    'Endpoints that a tenant may have when a customer creates one at the portal.',
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
      'over; also how long repeats of a published event are recognised.',
  ),
  quarantineRequestsMax: wholeNumber(
    { min: 0, max: 100_000, default: 1_000 },
    'Rejected requests that are kept for each source; the oldest leave first, and 0 keeps none.',
  ),
  quarantineBytesMax: wholeNumber(
    { min: kibibyte, max: 10_240 * mebibyte, default: 10 * mebibyte },
    'Bytes of rejected requests that are kept for each source; the oldest leave first.',
  ),
  quarantineKeepHours: wholeNumber(
    { min: 1, max: 8_760, default: 72 },
    'Hours that a rejected request stays in quarantine.',
  ),
  quarantineWritesPerSecond: wholeNumber(
    { min: 1, max: 1_000, default: 20 },
    'Rejected requests of one source that each instance keeps in a second; more are only counted.',
  ),
  providersFile: noted(z.string().max(4_096).optional(), {
    description: 'File with definitions of webhook providers that all tenants have.',
    allowed: 'a path of a JSON file, a list of definitions as POST /v1/providers takes them',
    default: 'none',
  }),
  demoSource: flag(true, 'Whether the very first start makes a source to try things with.'),
  shutdownTimeoutMs: wholeNumber(
    { min: 0, max: 600_000, default: 20_000 },
    'Time to finish what is running when the program is asked to stop, in milliseconds.',
  ),
});

function isProxyUrl(candidate: string): boolean {
  const url = URL.parse(candidate);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/';
}

/** Scheme, host and port as a browser sends them: nothing behind, no default port. */
function isOrigin(candidate: string): boolean {
  return URL.parse(candidate)?.origin === candidate && candidate.startsWith('http');
}
