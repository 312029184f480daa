import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DeliveriesModule } from '#communication/deliveries/deliveries.module.js';
import { EventSender } from '#communication/deliveries/domain/event-sender.js';
import { EventPublished } from '#communication/event-processing/contracts/event-published.event.js';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { FirstKey } from '#shared-kernel/auth/first-key.js';
import { Clock, SystemClock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { createHttpAdapter } from '#shared-kernel/http/http-adapter.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Pipeline } from '#shared-kernel/messaging/pipeline.js';
import { kernelModules, testSettings } from './kernel-modules.ts';
import { type Answer, request } from './request.ts';

/** Starts where the machine's clock stands, and moves only when the test says so. */
export class StoppedClock extends Clock {
  nowMs = Date.now();

  now(): number {
    return this.nowMs;
  }
}

interface DeliveriesAppOptions {
  /** Instead of the real sender. */
  readonly sender?: EventSender;
  readonly clock?: Clock;
  /** Settings beside those that every test has. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The deliveries module on the real kernel, store and HTTP server. */
export interface DeliveriesApp {
  readonly app: NestFastifyApplication;
  readonly log: EventLog;
  /** Lines of the log so far, as written. */
  logLines(): string[];
  readonly url: string;
  /** Sends with an admin key of the operator, in the tenant `default` or the one in the headers. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

export async function startDeliveriesApp({
  sender,
  clock = new SystemClock(),
  env: settings = {},
}: DeliveriesAppOptions = {}): Promise<DeliveriesApp> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-deliveries-'));
  const env = { OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8', ...settings };
  const logFile = join(folder, 'log.json');
  const building = Test.createTestingModule({
    imports: [
      ...(await kernelModules({ folder, env, logFile, dueWorkConcurrency: 100 })),
      DeliveriesModule.forRoot({ version: '1.2.3' }),
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock);
  if (sender !== undefined) building.overrideProvider(EventSender).useValue(sender);
  const testing = await building.compile();
  const adapter = createHttpAdapter({
    limits: testSettings(folder, env),
    pipeline: testing.get(Pipeline),
  });
  const app = testing.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const apiKey = (await app.get(FirstKey).make()) ?? '';
  return {
    app,
    log: app.get(EventLog),
    logLines: () => readFileSync(logFile, 'utf8').trim().split('\n'),
    url,
    call: (method, path, body, headers = {}) =>
      request(`${url}${path}`, { method, apiKey, headers, body }),
    async close() {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An event from outside. */
export function publishedEvent(text = '{"order":1}', id = newId('evt', Date.now())) {
  return EventPublished.of({
    id,
    tenant: 'default',
    type: 'order.created',
    source: '/shop',
    data: { cloudEventId: id, timeMs: null, dataSchema: null, extensions: {} },
    payload: { bytes: Buffer.from(text), contentType: 'application/json' },
  });
}

type MatchedAction = RuleMatched['data']['actions'][number];

/** A rule that matched this event and asks for these actions. */
export function ruleMatched(eventId: string, actions: MatchedAction[], tenant = 'default') {
  const data = { eventId, eventType: 'order.created', ruleId: 'rul_1', ruleName: 'r', actions };
  return RuleMatched.of({ tenant, data });
}

/** Actions that deliver to these endpoints. */
export function deliverTo(...endpointIds: string[]): MatchedAction[] {
  return endpointIds.map((endpointId) => ({ kind: 'deliver', endpointId }));
}
