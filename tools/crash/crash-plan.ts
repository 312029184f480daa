/** Where a worker of the crash run dies: by its own hand at a named point, or by somebody else's. */
export const crashPoints = [
  'before-commit',
  'during-checkpoint',
  'after-commit',
  'after-effect',
  'any-time',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

/**
 * Promises that a run may break on purpose: checkpoint and effects in one commit, an answer only
 * after the commit, the fence of each commit of a reaction.
 */
export const plantedFaults = ['checkpoint-apart', 'early-acknowledgement', 'no-fence'] as const;

export type PlantedFault = (typeof plantedFaults)[number];

/** What one life of a worker is told. */
export interface WorkerPlan {
  /** File of the embedded database, or a `postgres://` URL. */
  readonly database: string;
  /** File to which external effects append their numbers. */
  readonly effectsFile: string;
  readonly instanceId: string;
  /** Null for a life that drains everything and tells what it found. */
  readonly point: CrashPoint | null;
  /** It dies when the point is reached for the n-th time, counted from `from` on. */
  readonly hits: number;
  readonly from: 'start' | 'ready';
  /** Number of its first event; it appends `appends` batches and then only reacts. */
  readonly firstNumber: number;
  readonly appends: number;
  readonly batchSize: number;
  readonly keys: number;
  /** Start of the run, milliseconds since the epoch: the worker's clock runs faster from there. */
  readonly startedAtMs: number;
  /** Null for a run that must come out well. */
  readonly fault: PlantedFault | null;
}

/** What the last life finds in the database. */
export interface Findings {
  readonly stored: readonly [number, number][];
  /** Numbers that stand twice in the log. */
  readonly storedTwice: number;
  readonly effects: number;
  /** Keys whose sum of effects is not the sum of their events. */
  readonly wrongSums: number;
  /** Pairs of neighbouring effects of one key that are not in log order. */
  readonly inversions: number;
  readonly followUps: number;
  readonly unfinishedJobs: number;
  /** Reactions whose account does not balance, or that have anything parked or dead. */
  readonly unsettled: readonly unknown[];
}
