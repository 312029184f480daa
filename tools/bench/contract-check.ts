import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import type { PublishedContract } from '#shared-kernel/contracts/contract.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { columns } from '../cli/columns.ts';
import { findContracts } from '../reference/find-contracts.ts';

const meanMaxUs = 5;
const p99MaxUs = 50;
const warmUpRuns = 20_000;
const runs = 100_000;

interface Figures {
  readonly meanUs: number;
  readonly p99Us: number;
}

/**
 * What one contract check costs with its metrics, for every contract of the program and its first
 * example, beside what the schema alone takes in the same run.
 */
export async function benchContractCheck(): Promise<void> {
  const checker = new ContractChecker(new Meter({ format: 'openmetrics', processMetrics: false }));
  const rows: string[][] = [];
  let slowest: Figures = { meanUs: 0, p99Us: 0 };
  for (const { contract } of await findContracts()) {
    for (const { part, schema, document } of partsOf(contract)) {
      const alone = measure(() => schema.safeParse(document));
      const whole = measure(() => checker.check(contract, schema, 'in', document, 'bench'));
      slowest = {
        meanUs: Math.max(slowest.meanUs, whole.meanUs),
        p99Us: Math.max(slowest.p99Us, whole.p99Us),
      };
      const figures = [alone.meanUs, whole.meanUs, whole.p99Us].map((value) => value.toFixed(2));
      rows.push([`${contract.name} (${part})`, ...figures]);
    }
  }
  console.log(columns(['CONTRACT', 'SCHEMA ALONE, µs', 'CHECK, µs', 'CHECK P99, µs'], rows));
  console.log(
    `slowest: mean ${slowest.meanUs.toFixed(2)} µs (budget ${meanMaxUs}), ` +
      `p99 ${slowest.p99Us.toFixed(2)} µs (budget ${p99MaxUs})`,
  );
  if (slowest.meanUs > meanMaxUs || slowest.p99Us > p99MaxUs) process.exitCode = 1;
}

function partsOf(contract: PublishedContract) {
  if (contract.kind === 'event') {
    return [{ part: 'data', schema: contract.schema, document: contract.examples[0] }];
  }
  const [example] = contract.examples;
  return [
    { part: 'input', schema: contract.input, document: example?.input },
    { part: 'result', schema: contract.result, document: example?.result },
  ];
}

/**
 * The mean is the processor time of all calls together, which neighbours on the machine do not add
 * to; the p99 is of calls that are timed one by one.
 */
function measure(work: () => unknown): Figures {
  for (let run = 0; run < warmUpRuns; run++) work();
  const before = process.threadCpuUsage();
  for (let run = 0; run < runs; run++) work();
  const { user, system } = process.threadCpuUsage(before);
  const meanUs = (user + system) / runs;
  const timesUs = new Float64Array(runs);
  for (let run = 0; run < runs; run++) {
    const callAt = performance.now();
    work();
    timesUs[run] = (performance.now() - callAt) * 1_000;
  }
  return { meanUs, p99Us: timesUs.sort()[Math.floor(runs * 0.99)] ?? 0 };
}
