import { z } from 'zod';
import { placeSchema } from './place.js';

/** `*` stands for the letters, digits and hyphens of one label, never for a dot. */
export const pinnedHostSchema = z
  .string()
  .max(200)
  .regex(/^(?:[a-z0-9*-]+\.)+[a-z]{2,}$/, 'must be a host name; * stands inside one label')
  .refine((host) => !/\*\.[a-z]+$/.test(host), 'must name the domain below the top level')
  .meta({ description: 'A host that may be called: `sns.*.amazonaws.com`.' });

/** Keys that are not the secret itself but are read from the provider's server. */
export const remoteKeysSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('jwks'),
      url: z
        .string()
        .max(500)
        .regex(/^https:\/\/[^\s]+$/, 'must begin with https://')
        .optional()
        .meta({ description: 'Without it, the secret of the source is the address.' }),
    })
    .meta({ description: 'A JSON Web Key Set (RFC 7517); the JWT names its key by `kid`.' }),
  z
    .strictObject({
      kind: z.literal('certificate'),
      url: placeSchema,
      hosts: z.array(pinnedHostSchema).min(1).max(5),
    })
    .meta({ description: 'A certificate whose address the request names, on these hosts only.' }),
]);

/**
 * Whether this is an https address on one of the hosts, with nothing in it that could mean another
 * host to somebody else: no user, no port.
 */
export function isPinned(url: string, hosts: readonly string[]): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.protocol !== 'https:' || url.length > 2_048) return false;
  if (parsed.username !== '' || parsed.password !== '' || parsed.port !== '') return false;
  return hosts.some((host) => matchesHost(parsed.hostname, host));
}

function matchesHost(hostname: string, pattern: string): boolean {
  const labels = hostname.split('.');
  const patterns = pattern.split('.');
  return (
    labels.length === patterns.length &&
    patterns.every((label, index) => matchesLabel(labels[index] ?? '', label))
  );
}

/** At most one star counts: what stands before and behind it must frame the label. */
function matchesLabel(label: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return label === pattern;
  const before = pattern.slice(0, star);
  const behind = pattern.slice(star + 1);
  return (
    label.length > before.length + behind.length &&
    label.startsWith(before) &&
    label.endsWith(behind)
  );
}
