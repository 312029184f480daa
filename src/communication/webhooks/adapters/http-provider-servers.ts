import { createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import type { Clock } from '#shared-kernel/domain/clock.js';
import { ProviderServers, type WantedKeys } from '../domain/provider-servers.js';
import { isUsable } from '../domain/public-key.js';
import { webhookErrors } from '../errors.js';
import type { ProviderCall } from './provider-call.js';

/** How long keys are believed without asking again. */
const keysAgeMaxMs = 10 * 60_000;
/** How soon an address is asked again that failed, or lacked a key that a webhook names. */
const askAgainAfterMs = 30_000;
/** Addresses whose keys are remembered; the oldest is dropped past it. */
const addressesMax = 500;
/** Calls in one minute: senders choose certificates, and must not make us call without end. */
const callsPerMinuteMax = 60;
const retryAfterSeconds = 30;
const keysMax = 50;

interface NamedKey {
  readonly keyId: string | undefined;
  readonly key: KeyObject;
}

interface Known {
  readonly keys: readonly NamedKey[] | null;
  readonly readAtMs: number;
}

const jwksSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(keysMax) });

/** Providers' servers over https, with what they said kept in memory. */
export class HttpProviderServers extends ProviderServers implements OnApplicationShutdown {
  private readonly known = new Map<string, Known>();
  private readonly underWay = new Map<string, Promise<Known>>();
  private minute = { startMs: 0, calls: 0 };

  constructor(
    private readonly get: { readonly call: ProviderCall; readonly close: () => Promise<void> },
    private readonly clock: Clock,
  ) {
    super();
  }

  async keysFor(wanted: WantedKeys): Promise<readonly KeyObject[]> {
    const address = `${wanted.kind} ${wanted.url}`;
    const nowMs = this.clock.now();
    const known = this.known.get(address);
    const fresh = known !== undefined && isFresh(known, wanted, nowMs) ? known : undefined;
    const { keys } = fresh ?? (await this.ask(address, wanted));
    if (keys !== null) return matching(keys, wanted).map(({ key }) => key);
    throw webhookErrors.signingKeyUnavailable('The key of the provider cannot be read now.', {
      retryAfterSeconds,
    });
  }

  async confirm(url: string): Promise<void> {
    try {
      this.spend();
      await this.get.call(url);
    } catch (error) {
      const detail = 'The address that confirms the subscription did not answer well.';
      throw webhookErrors.confirmationFailed(detail, { retryAfterSeconds, cause: error });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.get.close();
  }

  /** All who want the same at once share one call. */
  private ask(address: string, wanted: WantedKeys): Promise<Known> {
    const running = this.underWay.get(address);
    if (running !== undefined) return running;
    const asked = this.read(wanted)
      .then((known) => this.remember(address, known))
      .finally(() => this.underWay.delete(address));
    this.underWay.set(address, asked);
    return asked;
  }

  private async read(wanted: WantedKeys): Promise<Known> {
    const readAtMs = this.clock.now();
    try {
      this.spend();
      const text = new TextDecoder().decode(await this.get.call(wanted.url));
      const keys = wanted.kind === 'jwks' ? keysInSet(text) : [keyInCertificate(text, readAtMs)];
      return { keys, readAtMs };
    } catch {
      return { keys: null, readAtMs };
    }
  }

  /** Keys that were right outlive a server that is down for a while. */
  private remember(address: string, known: Known): Known {
    const before = this.known.get(address);
    const kept = known.keys === null && before?.keys ? { ...known, keys: before.keys } : known;
    this.known.delete(address);
    this.known.set(address, kept);
    const [oldest] = this.known.keys();
    if (this.known.size > addressesMax && oldest !== undefined) this.known.delete(oldest);
    return kept;
  }

  private spend(): void {
    const nowMs = this.clock.now();
    if (nowMs - this.minute.startMs >= 60_000) this.minute = { startMs: nowMs, calls: 0 };
    this.minute.calls += 1;
    if (this.minute.calls > callsPerMinuteMax) throw new Error('too many calls in this minute');
  }
}

/** Keys that lack the one that is wanted may be older than it: they are asked for soon again. */
function isFresh({ keys, readAtMs }: Known, wanted: WantedKeys, nowMs: number): boolean {
  const ageMs = nowMs - readAtMs;
  const lacks = keys === null || matching(keys, wanted).length === 0;
  return ageMs < (lacks ? askAgainAfterMs : keysAgeMaxMs);
}

function matching(keys: readonly NamedKey[], wanted: WantedKeys): readonly NamedKey[] {
  if (wanted.kind === 'certificate' || wanted.keyId === undefined) return keys;
  return keys.filter(({ keyId }) => keyId === wanted.keyId);
}

/** Keys of kinds that we do not know are passed over (RFC 7517 section 5). */
function keysInSet(text: string): NamedKey[] {
  const { keys } = jwksSchema.parse(JSON.parse(text));
  return keys.flatMap((jwk) => {
    const key = keyIn(jwk);
    const keyId = typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined;
    return key === null ? [] : [{ keyId, key }];
  });
}

function keyIn(jwk: JsonWebKey): KeyObject | null {
  if (jwk['use'] === 'enc') return null;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return isUsable(key, 'any') ? key : null;
  } catch {
    return null;
  }
}

function keyInCertificate(text: string, nowMs: number): NamedKey {
  const { publicKey, validFromDate, validToDate } = new X509Certificate(text);
  const isValid = validFromDate.getTime() <= nowMs && nowMs <= validToDate.getTime();
  if (!isValid || !isUsable(publicKey, 'any')) throw new Error('a certificate of no use');
  return { keyId: undefined, key: publicKey };
}
