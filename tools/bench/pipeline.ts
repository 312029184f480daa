import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Pipeline } from '#shared-kernel/messaging/pipeline.js';
import { waitFor } from '../support/wait-for.ts';
import { ourCommand, plainCommand } from './bench-messages.ts';
import { startOurs, startPlain } from './bus-programs.ts';
import { type Contender, type Cost, measureInTurns } from './repetitions.ts';
import { type SpanCollector, startSpanCollector } from './span-collector.ts';
import { openTemporarySqlite } from './temporary-store.ts';

const rounds = 7;
/** Two batches of the SDK's processor, whose queue would drop what comes faster than it is sent. */
const burst = 1_024;
const bursts = 20;
const cpuMaxUs = 30;

type Work = () => Promise<unknown>;

/**
 * The pipeline around a command that does nothing: CPU of the whole process over the bare call of
 * its handler, with the OpenTelemetry SDK sending every span to a collector, and without.
 */
export async function benchPipeline(): Promise<void> {
  const collector = await startSpanCollector();
  const { store, close } = await openTemporarySqlite();
  const command = ourCommand(1);
  const plain = plainCommand();
  const parts = { store, providers: [command.handler], otlpEndpoint: collector.url };
  const recorded = await startOurs({ ...parts, sampleRatio: 1 });
  const unsampled = await startOurs({ ...parts, sampleRatio: 0 });
  const alone = await startPlain([plain.handler]);
  const handler = new plain.handler();
  const costs = await measureInTurns(
    [
      inBursts('bare handler', () => handler.execute(plain.make())),
      inBursts('@nestjs/cqrs', executing(alone, plain.make)),
      inBursts('ours, no span sampled', executing(unsampled, command.make)),
      inBursts('ours, every span sent', executing(recorded, command.make), collector),
      inBursts('the same with a log line', reacting(recorded), collector),
    ],
    { rounds, times: burst * bursts },
  );
  print(costs, collector.received());
  for (const program of [recorded, unsampled, alone]) await program.close();
  await close();
  collector.close();
}

function print(costs: ReadonlyMap<string, Cost>, spans: number): void {
  const overBare = (name: string) =>
    (costs.get(name)?.cpuUs ?? 0) - (costs.get('bare handler')?.cpuUs ?? 0);
  for (const [name, { cpuUs, threadUs }] of costs) {
    const times = overBare(name) / overBare('@nestjs/cqrs');
    console.log(
      `${name.padEnd(25)} ${cpuUs.toFixed(2).padStart(6)} µs CPU, ` +
        `${threadUs.toFixed(2).padStart(6)} of it on the main thread, ` +
        `${times.toFixed(1).padStart(5)} times @nestjs/cqrs over bare`,
    );
  }
  const ours = overBare('ours, every span sent');
  console.log(`pipeline   ${ours.toFixed(1)} µs CPU over the bare handler (goal <= ${cpuMaxUs})`);
  console.log(`spans      ${spans} arrived, none was dropped`);
  if (ours > cpuMaxUs) process.exitCode = 1;
}

/** @param collector has to receive the spans of each burst before the next one begins */
function inBursts(name: string, work: Work, collector?: SpanCollector): Contender {
  return {
    name,
    async run(count) {
      for (let done = 0; done < count; done += burst) {
        const expected = (collector?.received() ?? 0) + burst;
        for (let index = 0; index < burst; index++) await work();
        if (collector === undefined) continue;
        await waitFor('all spans of a burst', () => collector.received() >= expected);
      }
    },
  };
}

function executing(program: INestApplicationContext, make: () => object): Work {
  const commands = program.get(CommandBus);
  return () => commands.execute(make());
}

/** Commands write no line at `info`; reactions and requests write one. */
function reacting(program: INestApplicationContext): Work {
  const pipeline = program.get(Pipeline);
  const facts = { 'labels.event_id': 'evt_bench', 'labels.event_type': 'bench.happened' };
  const origin = { traceparent: null, correlationId: null, causationId: null, hops: 0 };
  const message = { name: 'bench.react', origin, contract: null, input: null, facts };
  return () => pipeline.run({ ...message, kind: 'reaction' }, () => Promise.resolve());
}
