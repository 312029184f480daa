/*
 * One life of the program in the crash run: the real kernel with reactions and due work of its own,
 * on the real store. It says what it is about to append (`T`) and what was acknowledged (`A`).
 */
import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import type { CrashPoint, WorkerPlan } from './crash-plan.ts';
import { OutsideWorld } from './crash-handlers.ts';
import { crashProgram } from './crash-program.ts';
import { findings, isDrained } from './crash-findings.ts';
import { ThingHappened } from './crash-schema.ts';
import { Store } from '#shared-kernel/persistence/store.js';

const plan = JSON.parse(process.argv[2] ?? '') as WorkerPlan;
/** Commits of appends that wait at once. */
const inFlightMax = 8;
const anyTimeMsMax = 250;
const lookAgainMs = 100;

const say = (line: string): void => void writeSync(1, `${line}\n`);

const app = await NestFactory.createApplicationContext(await crashProgram(plan), { logger: false });
app.get(OutsideWorld, { strict: false }).crash.ready();
say('R');
dieAtAnyTime(plan.point);
await appendAll(app.get(EventLog, { strict: false }));
say('E');
const store = app.get(Store, { strict: false });
while (!(await isDrained(store))) await pause(lookAgainMs);
if (plan.point === null) say(`F ${JSON.stringify(await findings(store))}`);
await app.close();
await store.close();

function dieAtAnyTime(point: CrashPoint | null): void {
  if (point !== 'any-time') return;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), Math.random() * anyTimeMsMax);
}

async function appendAll(log: EventLog): Promise<void> {
  const waiting = new Set<Promise<void>>();
  for (let batch = 0; batch < plan.appends; batch++) {
    const from = plan.firstNumber + batch * plan.batchSize;
    const numbers = Array.from({ length: plan.batchSize }, (_, index) => from + index);
    say(`T ${from} ${from + plan.batchSize - 1}`);
    const commit = log
      .commit({
        events: numbers.map((n) =>
          ThingHappened.of({ tenant: 'default', data: { key: `k${n % plan.keys}`, n } }),
        ),
      })
      .then(() => {
        say(`A ${from} ${from + plan.batchSize - 1}`);
        waiting.delete(commit);
      });
    waiting.add(commit);
    if (waiting.size >= inFlightMax) await Promise.race(waiting);
    await nextTurn();
  }
  await Promise.all(waiting);
}
