import { randomFillSync } from 'node:crypto';

/**
 * Hex digits drawn at once: asking the operating system for each id alone costs ten times as much.
 */
const blockBytes = 1_024;
const block = Buffer.alloc(blockBytes);
let digits = '';
let used = 0;

/** A new trace id: 32 random hex digits (W3C Trace Context). */
export function newTraceId(): string {
  return draw(32);
}

/** A new span id: 16 random hex digits. */
export function newSpanId(): string {
  return draw(16);
}

/** An evenly distributed number, 0 inclusive to 1 exclusive. */
export function newFraction(): number {
  return Number.parseInt(draw(8), 16) / 2 ** 32;
}

function draw(length: number): string {
  if (used + length > digits.length) {
    digits = randomFillSync(block).toString('hex');
    used = 0;
  }
  used += length;
  return digits.slice(used - length, used);
}
