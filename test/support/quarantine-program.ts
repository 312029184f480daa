import { randomUUID } from 'node:crypto';
import { Clock } from '#shared-kernel/domain/clock.js';
import { makeSource, sourceSecret, type TestSource } from './factories.ts';
import { type Answer, request } from './request.ts';
import { runSignalbox, type TestSignalbox } from './running-signalbox.ts';
import { signedBytes } from './signed-webhooks.ts';
import type { StoreKind } from './test-store.ts';

export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

export interface Quarantined {
  readonly id: string;
  readonly sourceId: string;
  readonly reason: string;
  readonly method: string;
  readonly url: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
}

export interface Batch {
  readonly checked: number;
  readonly released: number;
  readonly verified: number;
  readonly duplicates: number;
  readonly gone: number;
  readonly rejected: number;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  readonly next: string | null;
}

export interface WebhookRow {
  readonly id: string;
  readonly eventId: string;
  readonly deliveryId: string;
  readonly flags: string[];
  readonly receivedAt: string;
}

export const wrongSecret = 'a secret with a typo';

/** The program with a small quarantine and a clock that the test drives. */
export class QuarantineProgram {
  readonly signalbox: TestSignalbox;
  readonly clock: { nowMs: number };

  private constructor(signalbox: TestSignalbox) {
    this.signalbox = signalbox;
    this.clock = { nowMs: Date.now() };
    Object.assign(signalbox.app.get(Clock), { now: () => this.clock.nowMs });
  }

  static async start(store: StoreKind): Promise<QuarantineProgram> {
    const settings = {
      QUARANTINE_REQUESTS_MAX: '60',
      QUARANTINE_BYTES_MAX: '200000',
      QUARANTINE_WRITES_PER_SECOND: '12',
      QUARANTINE_KEEP_HOURS: '2',
    };
    return new QuarantineProgram(await runSignalbox({ store, settings }));
  }

  hmacSource(overrides = {}): Promise<TestSource> {
    return makeSource(this.signalbox.api, 'hmac', overrides);
  }

  send(source: TestSource, headers: object, body: Buffer | string): Promise<Answer> {
    return request(`${this.signalbox.url}${source.hooksPath}?from=test`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body,
    });
  }

  /** Different webhooks at the same time, signed with this secret. */
  sendMany(source: TestSource, count: number, secret = sourceSecret, bytes = 10) {
    const bodies = Array.from({ length: count }, () => Buffer.alloc(bytes, randomUUID()));
    return Promise.all(
      bodies.map((content) => {
        const { headers, body } = signedBytes(secret, content);
        return this.send(source, headers, body);
      }),
    );
  }

  async listOf({ id }: TestSource, query = ''): Promise<Quarantined[]> {
    const path = `/v1/quarantine?sourceId=${id}&limit=200${query}`;
    return (await this.signalbox.api.get<Page<Quarantined>>(path)).items;
  }

  async webhooksOf({ id }: TestSource): Promise<WebhookRow[]> {
    const path = `/v1/webhooks?sourceId=${id}&limit=200`;
    return (await this.signalbox.api.get<Page<WebhookRow>>(path)).items;
  }

  /** Gives the source one more secret. */
  mend(source: TestSource, value = sourceSecret): Promise<unknown> {
    return this.signalbox.api.post(`/v1/sources/${source.id}/secrets`, { value });
  }

  release(source: TestSource, more = {}): Promise<Batch> {
    return this.signalbox.api.post('/v1/quarantine/release', { sourceId: source.id, ...more });
  }
}
