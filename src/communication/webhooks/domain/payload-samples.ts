import type { PayloadTally } from './payload-tally.js';
import type { ShapeSubject } from './payload-shapes.js';

/** Samples of one event type at one source that are to be learned. */
export interface SampledPayloads {
  readonly subject: ShapeSubject;
  readonly tally: PayloadTally;
}

/** What this process has seen of payloads and nobody has learned yet. */
export abstract class PayloadSamples {
  /** Hands over what is to be learned now; all there is when asked for the rest. */
  abstract take(rest: boolean): SampledPayloads[];
  /** Drops samples that were not handed over yet. */
  abstract forget(sourceId: string, eventType: string): void;
  /** The work is started whenever there is something to take. */
  abstract onDue(learn: () => Promise<unknown>): void;
}
