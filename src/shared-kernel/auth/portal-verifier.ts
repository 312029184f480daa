import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { sameHash } from './api-key.js';
import { parsePortalToken, type PortalToken } from './portal-token.js';
import { PortalTokenStore } from './portal-token-store.js';

/** How long another instance may still honour a token that was revoked here. */
const trustMs = 5_000;
const trustedMax = 10_000;

/** Tells portal tokens in force from others. */
@Injectable()
export class PortalVerifier {
  /** By the id; of each there is the row as it was read. */
  private readonly known = new Map<string, { token: PortalToken; untilMs: number }>();

  constructor(
    private readonly tokens: PortalTokenStore,
    private readonly clock: Clock,
  ) {}

  /** The token with this value; undefined when there is none in force. */
  async verify(value: string): Promise<PortalToken | undefined> {
    const parts = parsePortalToken(value);
    if (parts === undefined) return undefined;
    const token = await this.find(parts.id);
    if (token === undefined || !sameHash(parts.secretHash, token.secretHash)) return undefined;
    const isInForce = token.revokedAtMs === null && token.expiresAtMs > this.clock.now();
    return isInForce ? token : undefined;
  }

  /** Forgets a token that was revoked. */
  forget(id: string): void {
    this.known.delete(id);
  }

  private async find(id: string): Promise<PortalToken | undefined> {
    const nowMs = this.clock.now();
    const known = this.known.get(id);
    if (known !== undefined && known.untilMs > nowMs) return known.token;
    const token = await this.tokens.find(id);
    if (this.known.size >= trustedMax) this.known.clear();
    if (token === undefined) this.known.delete(id);
    else this.known.set(id, { token, untilMs: nowMs + trustMs });
    return token;
  }
}
