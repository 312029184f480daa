/** A way to do the same work, measured in turns with the others. */
export interface Contender {
  readonly name: string;
  /** Does the work so many times. */
  run(times: number): Promise<void> | void;
  /** Lets what the work left behind end (batches, exports) before the clocks are read. */
  settle?(): Promise<void>;
}

/** Cost of one unit of work, in microseconds. */
export interface Cost {
  /** From call to end, as the caller sees it. */
  readonly wallUs: number;
  /** CPU of this thread. */
  readonly threadUs: number;
  /** CPU of the process with all its threads, the garbage collector among them. */
  readonly cpuUs: number;
}

interface Plan {
  readonly rounds: number;
  /** Units of work in each round. */
  readonly times: number;
}

/**
 * Measures all of them in turns, so that the noise of the machine meets each alike.
 *
 * @returns the median cost of each, by its name
 */
export async function measureInTurns(
  contenders: readonly Contender[],
  { rounds, times }: Plan,
): Promise<ReadonlyMap<string, Cost>> {
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await costOf(contender, times);
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      costs.get(contender.name)?.push(await costOf(contender, times));
    }
  }
  return new Map([...costs].map(([name, all]) => [name, medianCost(all)]));
}

/** The middle one of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function costOf(contender: Contender, times: number): Promise<Cost> {
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const startedAt = performance.now();
  await contender.run(times);
  const wallUs = (performance.now() - startedAt) * 1_000;
  await contender.settle?.();
  const threadAfter = process.threadCpuUsage(thread);
  const cpuAfter = process.cpuUsage(cpu);
  return {
    wallUs: wallUs / times,
    threadUs: (threadAfter.user + threadAfter.system) / times,
    cpuUs: (cpuAfter.user + cpuAfter.system) / times,
  };
}

function medianCost(costs: readonly Cost[]): Cost {
  return {
    wallUs: median(costs.map(({ wallUs }) => wallUs)),
    threadUs: median(costs.map(({ threadUs }) => threadUs)),
    cpuUs: median(costs.map(({ cpuUs }) => cpuUs)),
  };
}
