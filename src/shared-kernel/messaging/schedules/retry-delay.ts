const firstDelayMs = 1_000;
const delayFactor = 4;
const delayMaxMs = 3_600_000;
/** Share of a delay that chance adds or takes, so that failed work does not come back together. */
const jitter = 0.2;

/**
 * Pause after a try that failed, in milliseconds: a second, four, sixteen, ... an hour at the most.
 *
 * @param failedTries how many failed, the last one included; from 1
 * @param randomUnit chance in [0, 1)
 */
export function retryDelayMs(failedTries: number, randomUnit: number): number {
  const delay = Math.min(firstDelayMs * delayFactor ** (failedTries - 1), delayMaxMs);
  return Math.round(delay * (1 + jitter * (2 * randomUnit - 1)));
}
