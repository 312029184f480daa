import { messagingErrors } from './reaction-errors.js';

/** Reactions and commands that may lead to one another before they count as a loop. */
const hopsMax = 16;

/**
 * Ends a loop of reactions and commands.
 *
 * @param hops how many led to the thing
 * @throws `messaging.hop-limit` when they are too many
 */
export function refuseLoop(hops: number, id: string): void {
  if (hops <= hopsMax) return;
  throw messagingErrors.hopLimit(`${hops - 1} reactions or commands led to ${id}.`);
}
