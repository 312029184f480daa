import { setTimeout as pause } from 'node:timers/promises';

const lookAgainMs = 20;

/**
 * Waits until the fact holds.
 *
 * @param what what is waited for, for the error
 * @throws Error when it does not hold in time
 */
export async function waitFor<Fact>(
  what: string,
  fact: () => Fact | undefined | false | null | Promise<Fact | undefined | false | null>,
  timeoutMs = 15_000,
): Promise<Fact> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const found = await fact();
    if (found !== undefined && found !== false && found !== null) return found;
    if (performance.now() > endsAt) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await pause(lookAgainMs);
  }
}
