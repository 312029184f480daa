import ipaddr from 'ipaddr.js';
import { deliveryErrors } from '../errors.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A range of addresses that the operator allows although it is not public: its start and bits. */
export type AllowedRange = readonly [Address, number];

const urlCharactersMax = 2_048;

/** Globally routed, yet the metadata and health service of every virtual machine in Azure. */
const azurePlatformAddress = '168.63.129.16';

/** ipaddr.js names ranges by their registry or RFC; people get words. */
const rangeWords: Readonly<Record<string, string>> = {
  private: 'a private address',
  loopback: 'a loopback address',
  linkLocal: 'a link-local or metadata address',
  carrierGradeNat: 'an address of carrier-grade NAT',
  multicast: 'a multicast address',
  unspecified: 'an unspecified address',
  broadcast: 'the broadcast address',
  uniqueLocal: 'a private (unique local) address',
  ipv4Mapped: 'an IPv4-mapped address',
  rfc6145: 'an IPv4-translated address',
  rfc6052: 'a NAT64 address',
  '6to4': 'a 6to4 address',
  teredo: 'a Teredo address',
  benchmarking: 'a benchmarking address',
};

/**
 * Why no message may go to this address, or null when it may. Only global unicast passes, and what
 * the operator allows. Where an IPv6 address stands for an IPv4 address, that one is judged as
 * well: allowing a NAT64 prefix opens the public internet behind it, never the private network.
 *
 * @param ip an address in its usual form, as resolvers and URL parsers write it
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function refusedAddressReason(ip: string, allowed: readonly AllowedRange[]): string | null {
  const address = addressOf(ip);
  return address === null ? 'not an IP address' : reasonFor(address, allowed);
}

/**
 * Reads comma-separated CIDR ranges, such as `127.0.0.0/8,::1/128`; an empty text is no range.
 *
 * @throws Error that names the first piece that is not a range
 */
export function parseAllowedRanges(text: string): AllowedRange[] {
  const pieces = text.split(',').map((piece) => piece.trim());
  return pieces.filter((piece) => piece !== '').map(rangeOf);
}

/**
 * Checks the URL of an endpoint when it is set, and normalises it: what is stored is what is sent
 * to. A name is judged by its addresses each time a connection is made, never here.
 *
 * @returns the URL as the WHATWG parser writes it, where every form of an IPv4 address is dotted
 * @throws deliveries.endpoint-url-refused
 */
export function checkEndpointUrl(text: string, allowed: readonly AllowedRange[]): string {
  if (text.length > urlCharactersMax)
    throw refused(`is longer than ${urlCharactersMax} characters`);
  const url = URL.parse(text);
  if (url === null) throw refused('is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('is not http or https');
  if (url.username !== '' || url.password !== '') throw refused('holds credentials');
  if (url.href.includes('#')) throw refused('has a fragment');
  // Escapes can make the written form longer than what came in.
  if (url.href.length > urlCharactersMax) throw refused(`is longer than ${urlCharactersMax} bytes`);
  const literal = addressOf(url.hostname.replace(/^\[|\]$/g, ''));
  const reason = literal === null ? null : reasonFor(literal, allowed);
  if (reason !== null) throw refused(`points to ${reason}`);
  return url.href;
}

function refused(fault: string) {
  return deliveryErrors.endpointUrlRefused(`the URL ${fault}`, {
    fields: [{ path: 'url', fault }],
  });
}

/** Strict on purpose: forms like `127.1` or `0x7f.1` mean different things to different parsers. */
function addressOf(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

function rangeOf(piece: string): AllowedRange {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(piece)) return ipaddr.IPv4.parseCIDR(piece);
  if (ipaddr.IPv6.isValidCIDR(piece)) return ipaddr.IPv6.parseCIDR(piece);
  throw new Error(`"${piece}" is not a range of addresses; write it as 10.1.0.0/16 or fd00::/8`);
}

function reasonFor(address: Address, allowed: readonly AllowedRange[]): string | null {
  const embedded = address.kind() === 'ipv6' ? embeddedIPv4(address) : null;
  const embeddedReason = embedded === null ? null : reasonFor(embedded, allowed);
  if (embeddedReason !== null) return `an IPv6 address that stands for ${embeddedReason}`;
  const isAllowed = allowed.some(
    ([start, bits]) => start.kind() === address.kind() && address.match(start, bits),
  );
  if (isAllowed) return null;
  if (address.toString() === azurePlatformAddress) return 'a metadata address';
  if (isGlobalUnicast(address)) return null;
  return rangeWords[address.range()] ?? 'a reserved address';
}

function isGlobalUnicast(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  // The library calls unicast whatever it does not list; only 2000::/3 is handed out (RFC 4291).
  return !('parts' in address) || ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
}

/** The IPv4 address that a translated or tunnelled IPv6 address leads to, or null. */
function embeddedIPv4(address: Address): Address | null {
  const bytes = address.toByteArray();
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
    case 'rfc6052': // In 64:ff9b:1::/48 the place varies; the common /96 prefix is assumed.
      return new ipaddr.IPv4(bytes.slice(12));
    case '6to4':
      return new ipaddr.IPv4(bytes.slice(2, 6));
    case 'teredo': // RFC 4380: the client's address, every bit turned.
      return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
    default: {
      // IPv4-compatible, ::a.b.c.d; below ::1:0 there are only :: and ::1 and their neighbours.
      const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0);
      const isLow = bytes[12] === 0 && bytes[13] === 0;
      return isCompatible && !isLow ? new ipaddr.IPv4(bytes.slice(12)) : null;
    }
  }
}
