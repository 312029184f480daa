import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import { isReachable, publicLookup, type ResolveAll } from './public-lookup.js';

const timeoutMs = 5_000;
const answerBytesMax = 256 * 1_024;

/** Gets an address of a provider; rejects unless the answer is 2xx, in time and in bounds. */
export type ProviderCall = (url: string) => Promise<Uint8Array>;

interface ProviderCallOptions {
  readonly allowedRanges: readonly string[];
  /** Stand in for the system's resolver and authorities in tests. */
  readonly resolveAll?: ResolveAll;
  readonly authority?: string;
}

/** Calls https only, public addresses only, and follows nothing. */
export function providerCall({ allowedRanges, resolveAll, authority }: ProviderCallOptions) {
  const agent = new Agent({
    connect: {
      lookup: publicLookup(allowedRanges, resolveAll),
      timeout: timeoutMs,
      ...(authority === undefined ? {} : { ca: authority }),
    },
    connections: 4,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: answerBytesMax,
  });
  const call: ProviderCall = async (url) => {
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:') throw new Error('not an https address');
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isReachable(literal, allowedRanges)) {
      throw new Error('not a public address');
    }
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await request(url, { dispatcher: agent, signal });
    const bytes = new Uint8Array(await body.arrayBuffer());
    if (statusCode >= 200 && statusCode < 300) return bytes;
    throw new Error(`answered ${statusCode}`);
  };
  return { call, close: () => agent.close() };
}
