import { z } from 'zod';
import { headerNameSchema } from '../headers.js';
import { jsonPathSchema } from '../json-path.js';
import type { Place } from '../place.js';
import type { ProviderScheme, SignedTimestamp } from '../provider-scheme.js';

/** Printable ASCII around `{body}`, which is never left out. */
const signedTemplatePattern =
  /^(?:[ -z|~]|\{(?:timestamp|id)\})*\{body\}(?:[ -z|~]|\{(?:timestamp|id)\})*$/;

/**
 * Settings of the provider `hmac`: any sender that signs with an HMAC and has no file of its own
 * here.
 * Who needs more than this defines a provider.
 */
export const hmacSettingsSchema = z
  .strictObject({
    header: headerNameSchema.meta({ description: 'Header that holds the signature.' }),
    algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    prefix: z
      .string()
      .max(50)
      .optional()
      .meta({ description: 'What stands before the signature, such as `sha256=`.' }),
    keyForm: z
      .enum(['utf8', 'hex', 'base64', 'whsec'])
      .default('utf8')
      .meta({ description: 'How the secret is written.' }),
    signedTemplate: z
      .string()
      .max(200)
      .regex(signedTemplatePattern, 'must hold {body} once, and {timestamp} or {id} if signed')
      .optional()
      .meta({
        description:
          'What is signed, such as `v0:{timestamp}:{body}`. Without it the body, and with a ' +
          'timestamp header `{timestamp}.{body}`.',
      }),
    timestampHeader: headerNameSchema.optional(),
    timestampUnit: z.enum(['seconds', 'milliseconds']).default('seconds'),
    toleranceSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(300)
      .meta({ description: 'How old or how far ahead a signed time may be.' }),
    deliveryIdHeader: headerNameSchema.optional(),
    deliveryIdPath: jsonPathSchema.optional(),
    eventTypeHeader: headerNameSchema.optional(),
    eventTypePath: jsonPathSchema.optional(),
  })
  .superRefine((settings, context) => {
    for (const { path, fault } of contradictions(settings)) {
      context.addIssue({ code: 'custom', path: [path], message: fault });
    }
  });

export type HmacSettings = z.infer<typeof hmacSettingsSchema>;

/** The scheme that settings of the provider `hmac` stand for. */
export function hmacScheme(settings: HmacSettings): ProviderScheme {
  const { header, algorithm, encoding, prefix, keyForm } = settings;
  const deliveryId = placeOf(settings.deliveryIdHeader, settings.deliveryIdPath);
  const eventType = placeOf(settings.eventTypeHeader, settings.eventTypePath);
  const timestamp = timestampOf(settings);
  return {
    signature: {
      algorithm: { kind: 'hmac', hash: algorithm, keyForm },
      encoding,
      place: { kind: 'header', headers: [header], ...(prefix === undefined ? {} : { prefix }) },
      signed: templateOf(settings),
      ...(timestamp === undefined ? {} : { timestamp }),
    },
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(eventType === undefined ? {} : { eventType: [eventType] }),
  };
}

function templateOf(settings: HmacSettings): string {
  if (settings.signedTemplate !== undefined) return settings.signedTemplate;
  return settings.timestampHeader === undefined ? '{body}' : '{timestamp}.{body}';
}

function timestampOf(settings: HmacSettings): SignedTimestamp | undefined {
  if (settings.timestampHeader === undefined) return undefined;
  return {
    place: { kind: 'header', headers: [settings.timestampHeader] },
    unit: settings.timestampUnit,
    pastSeconds: settings.toleranceSeconds,
    futureSeconds: settings.toleranceSeconds,
  };
}

function placeOf(header: string | undefined, path: string | undefined): Place | undefined {
  if (header !== undefined) return { kind: 'header', headers: [header] };
  return path === undefined ? undefined : { kind: 'json', path };
}

/** A time that is not signed proves nothing, and a signed one that nobody names cannot be read. */
function contradictions(settings: HmacSettings): { path: string; fault: string }[] {
  const template = templateOf(settings);
  const signsTime = template.includes('{timestamp}');
  const signsId = template.includes('{id}');
  const checks = [
    {
      path: 'signedTemplate',
      broken: settings.timestampHeader !== undefined && !signsTime,
      fault: 'must hold {timestamp} when timestampHeader is set',
    },
    {
      path: 'timestampHeader',
      broken: settings.timestampHeader === undefined && signsTime,
      fault: 'is needed, since the template holds {timestamp}',
    },
    {
      path: 'deliveryIdHeader',
      broken: settings.deliveryIdHeader === undefined && signsId,
      fault: 'is needed, since the template holds {id}',
    },
    {
      path: 'deliveryIdPath',
      broken: settings.deliveryIdHeader !== undefined && settings.deliveryIdPath !== undefined,
      fault: 'cannot stand beside deliveryIdHeader',
    },
    {
      path: 'eventTypePath',
      broken: settings.eventTypeHeader !== undefined && settings.eventTypePath !== undefined,
      fault: 'cannot stand beside eventTypeHeader',
    },
  ];
  return checks.filter(({ broken }) => broken);
}
