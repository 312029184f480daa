import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Resolves a name to all of its addresses; `dns.lookup` with `all`, or a stand-in. */
export type ResolveAll = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for sockets that resolves a name once, judges every address, and hands exactly the
 * judged ones to the socket, so that a name cannot answer differently a moment later.
 *
 * @param allowedRanges CIDR ranges that may be reached although they are not public
 */
export function publicLookup(
  allowedRanges: readonly string[],
  resolveAll: ResolveAll = lookup,
): LookupFunction {
  return (hostname, options, callback) => {
    resolveAll(hostname, { all: true }, (error, addresses) => {
      // The resolver gives no list with an error.
      const found = error === null ? addresses : [];
      const [first] = found;
      const isRefused = found.some(({ address }) => !isReachable(address, allowedRanges));
      if (first === undefined || isRefused) {
        callback(error ?? new Error('the name has no public address'), [], 0);
      } else if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * Whether an address is public: global unicast that stands for nothing else, since an IPv6 address
 * that wraps an IPv4 address leads wherever that one does.
 */
export function isReachable(text: string, allowedRanges: readonly string[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  const isAllowed = allowedRanges.some((range) => {
    const [start, bits] = ipaddr.parseCIDR(range);
    return start.kind() === address.kind() && address.match(start, bits);
  });
  if (isAllowed) return true;
  // Azure's platform address is global, and answers every virtual machine with its metadata.
  if (address.range() !== 'unicast' || address.toString() === '168.63.129.16') return false;
  // The library calls unicast whatever it does not list; only 2000::/3 is handed out (RFC 4291).
  return !('parts' in address) || ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
}
