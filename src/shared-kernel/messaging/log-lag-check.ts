import type { ReactionEngine } from './reaction-engine.js';

/** Events that a reaction may stand behind the log before the program says that it is not ready. */
const lagEventsMax = 100_000;

/** The readiness check of the event log: does what comes in also get handled? */
export function logLagCheck(engine: Pick<ReactionEngine, 'lag'>) {
  return {
    name: 'event-log',
    async find(): Promise<{ cause: string; remedy: string } | null> {
      const lags = await engine.lag();
      const behind = lags.filter(({ events }) => events > lagEventsMax);
      if (behind.length === 0) return null;
      const who = behind.map(({ reaction, events }) => `${reaction} by ${events} events`);
      return {
        cause: `Reactions are behind the event log: ${who.join(', ')}.`,
        remedy: 'Look for errors of these reactions in the log; they catch up by themselves.',
      };
    },
  };
}
