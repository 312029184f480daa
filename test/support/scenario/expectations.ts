import type { Query } from '@nestjs/cqrs';
import type { EventContract } from '#shared-kernel/contracts/event-contract.js';
import { errorFields } from '#shared-kernel/messaging/error-fields.js';
import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import type { ParkedEvent } from './parked-events.ts';
import type { ScenarioRun } from './scenario-run.ts';
import type { Answered, Situation } from './stimulus.ts';

/** Asks one thing of a run; throws when it does not hold. */
export type Check = (run: ScenarioRun) => Promise<void>;

/**
 * One event of this class whose data holds this, which no other expectation has taken.
 *
 * @param partial as for `toMatchObject`
 */
export function eventHappened(
  contract: Pick<EventContract, 'name' | 'version'>,
  partial: object,
): Check {
  return async (run) => {
    const events = await ownEvents(run);
    const named = events.filter(
      ({ name, version }) => name === contract.name && version === contract.version,
    );
    const found = named.find(
      (event) => !run.expected.has(event.id) && holds(dataOf(event), partial),
    );
    if (found !== undefined) {
      run.expected.add(found.id);
      return;
    }
    const taken = named.filter(({ id }) => run.expected.has(id)).length;
    const others = named.map(({ data }) => data).join('\n  ');
    throw new Error(
      `no${taken > 0 ? ' further' : ''} ${contract.name} v${contract.version} holds ` +
        `${JSON.stringify(partial)}; there ${named.length === 1 ? 'is' : 'are'} ${named.length}` +
        (named.length > 0 ? `:\n  ${others}` : ''),
    );
  };
}

/** No event of these names beside those that were expected and those that were fed in. */
export function nothingElse(pattern: string): Check {
  return async (run) => {
    const events = (await ownEvents(run)).filter(({ name }) => fits(name, pattern));
    const others = events.filter(({ id }) => !run.expected.has(id));
    if (others.length === 0) return;
    const list = others.map(({ name, data }) => `${name} ${data}`).join('\n  ');
    throw new Error(`nothing else of ${pattern} was expected, but there is:\n  ${list}`);
  };
}

/** What a query answers. */
export function stateIs<Result>(
  query: Query<Result> | ((situation: Situation) => Query<Result>),
  expected: unknown,
): Check {
  return async (run) => {
    const answer = await run.read(typeof query === 'function' ? query(run) : query);
    if (typeof expected === 'object' && expected !== null) expect(answer).toMatchObject(expected);
    else expect(answer).toEqual(expected);
  };
}

/** A neighbour was sent this message. */
export function messageSent(name: string, partial: object): Check {
  return async ({ sent }) => {
    const inputs = sent.filter((message) => message.name === name).map(({ input }) => input);
    if (inputs.some((input) => holds(input, partial))) return;
    throw new Error(
      `${name} was not sent with ${JSON.stringify(partial)}, but with ${JSON.stringify(inputs)}`,
    );
  };
}

/** A reaction has put an event aside with this error. */
export function eventParked(
  reactionId: string,
  code: string,
  partial: Partial<ParkedEvent>,
): Check {
  return async (run) => {
    const { parked } = await run.happenings();
    const mine = parked.filter((entry) => entry.reaction_id === reactionId);
    const found = mine.filter((entry) => entry.error_code === code && holds(entry, partial));
    if (found.length === 0) {
      throw new Error(
        `${reactionId} has parked nothing with ${code} ${JSON.stringify(partial)}, ` +
          `but ${JSON.stringify(mine)}`,
      );
    }
    // What waits behind it stands there because of it.
    for (const { reaction_id, position } of mine) run.expected.add(`${reaction_id}@${position}`);
  };
}

/** A command or query of the scenario was refused with this code. */
export function errorMet(code: string): Check {
  return async (run) => {
    const found = run.errors.find((error) => errorFields(error)['error.code'] === code);
    if (found === undefined) {
      const codes = run.errors.map((error) => String(errorFields(error)['error.code']));
      throw new Error(`nothing was refused with ${code}; refused were: ${codes.join(', ') || '-'}`);
    }
    for (const error of run.errors) {
      if (errorFields(error)['error.code'] === code) run.expected.add(error);
    }
  };
}

/** The answer of a command or query. */
export function resultIs(message: Answered, partial: object): Check {
  return async (run) => expect(run.resultOf(message)).toMatchObject(partial);
}

/** Nothing went wrong that nobody expected. */
export const nothingUnhandled: Check = async (run) => {
  const [error] = run.errors.filter((met) => !run.expected.has(met));
  if (error !== undefined) {
    const { 'error.code': code, 'error.message': message } = errorFields(error);
    throw new Error(`refused with ${String(code)}: ${String(message)}`, { cause: error });
  }
  const parked = (await run.happenings()).parked.filter(
    ({ reaction_id, position }) => !run.expected.has(`${reaction_id}@${position}`),
  );
  if (parked.length === 0) return;
  const list = parked.map(
    ({ reaction_id, position, state, error_code, error_message }) =>
      `${reaction_id} @${position} is ${state}: ${error_code} ${error_message}`,
  );
  throw new Error(`events were put aside that nobody expected:\n  ${list.join('\n  ')}`);
};

async function ownEvents(run: ScenarioRun): Promise<EventRow[]> {
  const { events } = await run.happenings();
  return events.filter(({ id }) => !run.fed.has(id));
}

function dataOf({ data }: EventRow): unknown {
  return JSON.parse(data);
}

/** Whether Jest finds the partial document in the value, asymmetric matchers included. */
function holds(value: unknown, partial: object): boolean {
  try {
    expect(value).toMatchObject(partial);
    return true;
  } catch {
    return false;
  }
}

function fits(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
