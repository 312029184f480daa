import { DeliveriesModule } from '#communication/deliveries/deliveries.module.js';
import type { SendOutcome } from '#communication/deliveries/domain/judge-outcome.js';
import { MessageSender } from '#communication/deliveries/domain/message-sender.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { AnsweringNetwork } from '../support/answering-network.ts';
import { startModuleApp } from '../support/module-app.js';
import { DrivenClock } from '../support/scenario/driven-clock.ts';
import { FailingModule } from './failing-module.ts';
import { Failures } from './failures.ts';
import { memoryLog } from './messaging-kernel.js';

/** A line of the log, parsed. */
export type Line = Readonly<Record<string, unknown>>;

/** The module that fails and one that sends, on the real kernel, store and HTTP server. */
export type FailingApp = Awaited<ReturnType<typeof startFailingApp>>;

export async function startFailingApp() {
  const lines: Record<string, unknown>[] = [];
  const clock = new DrivenClock();
  const meter = new Meter({ format: 'text', processMetrics: false });
  const receiver: { answer: SendOutcome | number } = { answer: 200 };
  const running = await startModuleApp({
    modules: [FailingModule, DeliveriesModule.forRoot({ version: 'test' })],
    replaced: [
      [Clock, clock],
      [Log, memoryLog(lines, 'debug')],
      [Meter, meter],
      [MessageSender, new AnsweringNetwork(() => receiver.answer)],
    ],
  });
  const failures = running.app.get(Failures, { strict: false });
  return { ...running, lines: lines as readonly Line[], clock, meter, receiver, failures };
}

/** Series of a metric whose value grew while the work ran, with their labels as text. */
export async function grown(
  { meter }: FailingApp,
  metric: string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const read = async () => {
    const { body } = await meter.expose();
    const series = body.split('\n').filter((line) => line.startsWith(`${metric}{`));
    return new Map(series.map((line) => [labelsOf(line), Number(line.split(' ').at(-1))]));
  };
  const before = await read();
  await work();
  const after = await read();
  return [...after].filter(([at, value]) => value > (before.get(at) ?? 0)).map(([at]) => at);
}

function labelsOf(line: string): string {
  return line.slice(line.indexOf('{') + 1, line.lastIndexOf('}'));
}
