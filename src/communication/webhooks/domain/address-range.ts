import ipaddr from 'ipaddr.js';
import { z } from 'zod';

type Address = ReturnType<typeof ipaddr.process>;

/** Addresses that share their first `bits`. */
interface AddressRange {
  readonly address: Address;
  readonly bits: number;
}

/** Bits before the IPv4 address in an IPv6 address that stands for one (RFC 4291, 2.5.5.2). */
const mappedPrefixBits = 96;

/** A CIDR range, or one address. */
export const addressRangeSchema = z
  .string()
  .trim()
  .max(100)
  .refine((range) => readRange(range) !== null, 'must be an IP address or a CIDR range')
  .meta({ examples: ['192.30.252.0/22', '2a0a:a440::/29'] });

/**
 * Whether an address is in one of the ranges. An IPv4 address and its form in IPv6
 * (`::ffff:192.0.2.1`) are the same; what is no address is in no range.
 *
 * @param ranges each as `addressRangeSchema` takes it; a changed list is a new array, since what
 *   was found out is remembered by it
 */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const { read, verdicts } = listOf(ranges);
  const before = verdicts.get(address);
  if (before !== undefined) return before;
  const verdict = isAddress(address) && matchesAny(ipaddr.process(address), read);
  if (verdicts.size >= verdictsMax) verdicts.clear();
  verdicts.set(address, verdict);
  return verdict;
}

/** Addresses whose verdicts are remembered: a sender has few, and reading one costs 20 us. */
const verdictsMax = 1_000;

interface KnownList {
  readonly read: readonly AddressRange[];
  readonly verdicts: Map<string, boolean>;
}

const lists = new WeakMap<readonly string[], KnownList>();

function listOf(ranges: readonly string[]): KnownList {
  const before = lists.get(ranges);
  if (before !== undefined) return before;
  const read = ranges.map(readRange).filter((range) => range !== null);
  const list = { read, verdicts: new Map<string, boolean>() };
  lists.set(ranges, list);
  return list;
}

function matchesAny(client: Address, ranges: readonly AddressRange[]): boolean {
  return ranges.some(
    ({ address, bits }) => address.kind() === client.kind() && client.match(address, bits),
  );
}

function readRange(text: string): AddressRange | null {
  const isCidr = text.includes('/');
  if (!isAddress(text.split('/', 1)[0] ?? '')) return null;
  if (isCidr && !ipaddr.isValidCIDR(text)) return null;
  const [first, bits] = isCidr ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), Infinity];
  const address = ipaddr.process(first.toString());
  const isMapped = address.kind() !== first.kind();
  if (isMapped && bits < mappedPrefixBits) return null;
  const own = isMapped ? bits - mappedPrefixBits : bits;
  return { address, bits: Math.min(own, address.kind() === 'ipv4' ? 32 : 128) };
}

/** Without the short, octal and hexadecimal forms of IPv4, which nobody means. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}
