import type { Watched } from './payload-shape.js';

/** Trials from which on a place is known; before that it is only learned. */
export const learnedMin = 50;
/** Trials that one judgement needs. */
const windowMin = 25;
/** Trials that the long memory weighs at the most: older ones fade. */
const baseMax = 400;
/** Shares from which something is nearly always so, common, worth a doubt, or rare. */
const nearlyAlways = 0.95;
const common = 0.5;
const doubtful = 0.15;
const rare = 0.05;
const gone = 0.02;
/** Doubtful windows in a row that are left out before they count as how things are now. */
const doubtsMax = 4;

/** What the newest samples show against what is known. */
export type Verdict = 'as-before' | 'doubtful' | 'gone' | 'came';

/**
 * Judges whether something that was nearly always so is gone, or something rare has become common.
 * Between these lies a wide field in which nothing is told, so what is sometimes there never
 * flaps: with 25 independent samples a false alarm is rarer than one in a million.
 *
 * @param before share among the trials that are known
 * @param now share among the newest trials
 */
export function compareShares(before: number, now: number): Verdict {
  if (before >= nearlyAlways) {
    if (now <= gone) return 'gone';
    return now <= 1 - doubtful ? 'doubtful' : 'as-before';
  }
  if (before <= rare) {
    if (now >= common) return 'came';
    return now >= doubtful ? 'doubtful' : 'as-before';
  }
  return 'as-before';
}

/** Whether enough is known, and enough is new, to judge. */
export function isRipe({ base, recent }: Watched): boolean {
  return trialsOf(base) >= learnedMin && trialsOf(recent) >= windowMin;
}

/** Share of an outcome among the trials. @param outcome its place, from 0 */
export function shareOf(counts: readonly number[], outcome: number): number {
  const trials = trialsOf(counts);
  return trials === 0 ? 0 : (counts[outcome + 1] ?? 0) / trials;
}

/**
 * Puts the newest trials where they belong after a verdict: to what is known; nowhere, when a
 * change may just be under way; or in place of what is known, which is then learned anew.
 */
export function settle(watched: Watched, verdict: Verdict): void {
  const { base, recent } = watched;
  const isDoubtful = verdict === 'doubtful' && watched.doubts < doubtsMax;
  watched.doubts = isDoubtful ? watched.doubts + 1 : 0;
  if (verdict === 'gone' || verdict === 'came') watched.base = recent;
  else if (!isDoubtful) watched.base = faded(base.map((count, at) => count + (recent[at] ?? 0)));
  watched.recent = recent.map(() => 0);
}

function faded(counts: number[]): number[] {
  const trials = trialsOf(counts);
  if (trials <= baseMax) return counts;
  const share = baseMax / trials;
  return counts.map((count) => Math.round(count * share * 10) / 10);
}

function trialsOf(counts: readonly number[]): number {
  return counts[0] ?? 0;
}
