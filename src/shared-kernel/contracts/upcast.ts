import { contractErrors } from './contract-errors.js';
import { idOf } from './contract.js';
import type { EventClass, EventContract } from './event-contract.js';

/** An event of the log in the version that its reader knows. */
interface ReadEvent {
  readonly eventClass: EventClass;
  readonly data: unknown;
}

/**
 * Reads events of the log for somebody who knows some versions of them. Data of a version that he
 * knows is given as it is; data of an older one is brought up step by step, by the shortest way.
 *
 * @returns undefined for an event that none of the versions can be made of
 * @throws `contracts.violated` when the stored data does not fit its own version, and
 * `contracts.upcast-failed` when an upcaster throws or makes what the newer schema refuses
 */
export type EventReader = (name: string, version: number, data: unknown) => ReadEvent | undefined;

/** One way from a stored version to a version that the reader knows. */
interface Route {
  readonly eventClass: EventClass;
  /** Contracts whose upcasters run, oldest first; none when the version is known as it is. */
  readonly steps: readonly EventContract[];
}

/** Versions that one chain of upcasters may have; a longer one is a loop. */
const stepsMax = 100;

/** The reader for a reaction that handles these events; what it can read is worked out once. */
export function readerOf(events: readonly EventClass[]): EventReader {
  const routes = new Map<string, Route>();
  for (const eventClass of events) {
    for (const [id, route] of routesTo(eventClass)) {
      const other = routes.get(id);
      if (other === undefined || route.steps.length < other.steps.length) routes.set(id, route);
    }
  }
  return (name, version, data) => {
    const route = routes.get(idOf({ name, version }));
    if (route === undefined) return undefined;
    return { eventClass: route.eventClass, data: route.steps.reduce(stepped, data) };
  };
}

/** The contracts of all versions that a reader of these events understands, its own first. */
export function readableContracts(events: readonly EventClass[]): EventContract[] {
  const withOlder = (contract: EventContract): EventContract[] =>
    contract.upcasts === undefined
      ? [contract]
      : [contract, ...withOlder(contract.upcasts.from.contract)];
  return events.flatMap(({ contract }) => withOlder(contract));
}

/** Every version that can become this one, by its id. */
function routesTo(eventClass: EventClass): Map<string, Route> {
  const routes = new Map<string, Route>();
  const steps: EventContract[] = [];
  let { contract } = eventClass;
  routes.set(idOf(contract), { eventClass, steps: [] });
  while (contract.upcasts !== undefined) {
    if (steps.length >= stepsMax) throw new Error(`the upcasters of ${idOf(contract)} never end`);
    steps.unshift(contract);
    ({ contract } = contract.upcasts.from);
    routes.set(idOf(contract), { eventClass, steps: [...steps] });
  }
  return routes;
}

/** The data one version further, checked on both sides, so that a fault has one owner. */
function stepped(data: unknown, contract: EventContract): unknown {
  const { upcasts, schema } = contract;
  if (upcasts === undefined) return data;
  const from = upcasts.from.contract;
  const old = from.schema.safeParse(data);
  if (!old.success) {
    throw contractErrors.violated(`${idOf(from)} in the log: ${old.error.message}`);
  }
  const way = `${idOf(from)} to ${idOf(contract)}`;
  const result = schema.safeParse(upcastOf(way, upcasts, old.data));
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.'),
    fault: message,
  }));
  const where = fields.map(({ path, fault }) => `${path || 'it'}: ${fault}`).join('; ');
  throw contractErrors.upcastFailed(`${way}: ${where}`, { fields });
}

function upcastOf(
  way: string,
  { up }: NonNullable<EventContract['upcasts']>,
  old: unknown,
): unknown {
  try {
    return up(old);
  } catch (cause) {
    throw contractErrors.upcastFailed(`${way}: the upcaster threw`, { cause });
  }
}
