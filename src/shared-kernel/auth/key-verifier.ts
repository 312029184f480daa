import { createHash } from 'node:crypto';
import { Injectable, Optional } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { hashOfSecret, parseApiKey, sameHash } from './api-key.js';
import { type ApiKey, ApiKeyStore } from './api-key-store.js';

/** How long another instance may still honour a key that was revoked here. */
const trustMs = 5_000;
const trustedKeysMaxDefault = 10_000;

interface Trusted {
  readonly key: ApiKey;
  readonly untilMs: number;
}

/**
 * Tells valid API keys from others; what it found valid it trusts for a few seconds without asking
 * the store.
 */
@Injectable()
export class KeyVerifier {
  /** By a hash of the whole value, so that no key lies about in memory. */
  private readonly trusted = new Map<string, Trusted>();

  constructor(
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
    @Optional() private readonly trustedKeysMax = trustedKeysMaxDefault,
  ) {}

  /**
   * The key with this value, without a promise while it is trusted; undefined when there is none.
   */
  verify(value: string): ApiKey | undefined | Promise<ApiKey | undefined> {
    const fingerprint = createHash('sha256').update(value).digest('base64url');
    const known = this.trusted.get(fingerprint);
    if (known !== undefined && known.untilMs > this.clock.now()) return known.key;
    this.trusted.delete(fingerprint);
    return this.look(value, fingerprint);
  }

  /** Forgets a key that was revoked. */
  forget(keyId: string): void {
    for (const [fingerprint, { key }] of this.trusted) {
      if (key.id === keyId) this.trusted.delete(fingerprint);
    }
  }

  private async look(value: string, fingerprint: string): Promise<ApiKey | undefined> {
    const parts = parseApiKey(value);
    if (parts === undefined) return undefined;
    const key = await this.keys.find(parts.keyId);
    if (key === undefined || key.revokedAtMs !== null) return undefined;
    if (!sameHash(hashOfSecret(parts.secret), key.secretHash)) return undefined;
    this.trust(fingerprint, key);
    return key;
  }

  private trust(fingerprint: string, key: ApiKey): void {
    const oldest = this.trusted.keys().next();
    if (this.trusted.size >= this.trustedKeysMax && !oldest.done) this.trusted.delete(oldest.value);
    this.trusted.set(fingerprint, { key, untilMs: this.clock.now() + trustMs });
  }
}
