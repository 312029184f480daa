import ts from 'typescript';
import { type House } from '../house.ts';
import { type SourceUnit } from '../import-graph.ts';
import { closureOf, type Edges, edgesOf } from '../reach.ts';
import { lineOf } from '../syntax.ts';
import { type Handler } from './handlers.ts';
import { unwrapped } from './symbols.ts';

/** Events by the names of the events that their reactions may publish, over commands and due work. */
export type EventFlow = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Which event may lead to which: what a reaction's files of its own module publish, what the
 * handlers of the messages that they send publish, and what the due work does that they make due.
 */
export function eventFlow(house: House): EventFlow {
  const edges = edgesOf(house);
  const events = house.messages.filter(({ kind }) => kind === 'event');
  return new Map(
    events.map(({ name, declared }) => {
      const reactions = house.handlers.filter(
        ({ kind, handles }) => kind === 'event' && handles.some(({ id }) => id === declared.id),
      );
      return [name, new Set(reactions.flatMap((handler) => ledTo(house, edges, handler)))];
    }),
  );
}

/** The circles in a flow; an event that leads to itself is one. Each is sorted by name. */
export function circlesIn(flow: EventFlow): string[][] {
  const reached = new Map([...flow.keys()].map((name) => [name, reachedFrom(flow, name)]));
  const circles = new Map<string, string[]>();
  for (const [name, ahead] of reached) {
    if (!ahead.has(name)) continue;
    const members = [...ahead].filter((other) => reached.get(other)?.has(name)).sort();
    circles.set(members.join(), members);
  }
  return [...circles.values()];
}

/** The effects that a file's decisions make due (`due: ['delivery']`). */
export function effectsNamed(unit: SourceUnit): { effect: string; line: number }[] {
  return unit.nodes.flatMap((node) => {
    if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'due') return [];
    const list = unwrapped(node.initializer);
    if (!ts.isArrayLiteralExpression(list)) return [];
    return list.elements
      .filter(ts.isStringLiteralLike)
      .map((text) => ({ effect: text.text, line: lineOf(unit.syntax, text) }));
  });
}

function reachedFrom(flow: EventFlow, start: string): Set<string> {
  const reached = new Set<string>(flow.get(start));
  // A set that grows while it is walked: each event is visited once.
  for (const name of reached) for (const next of flow.get(name) ?? []) reached.add(next);
  return reached;
}

/** The names of the events that may follow once this handler runs. */
function ledTo(house: House, edges: Edges, start: Handler): string[] {
  const running = new Set([start]);
  const published = new Set<string>();
  for (const handler of running) {
    const files = ownFiles(edges, handler);
    for (const { kind, message, unit } of house.uses) {
      if (!files.has(unit.path)) continue;
      if (kind === 'publishes') published.add(message.name);
      else for (const next of handlersOf(house, message.declared.id)) running.add(next);
    }
    for (const next of workersOf(house, files)) running.add(next);
  }
  return [...published];
}

function ownFiles(edges: Edges, { declared }: Handler): Set<string> {
  const { path, place } = declared.unit;
  return new Set([...closureOf(edges, path)].filter((file) => file.startsWith(`${place.unit}/`)));
}

function handlersOf({ handlers }: House, id: string): Handler[] {
  return handlers.filter(({ handles }) => handles.some((one) => one.id === id));
}

function workersOf({ code, handlers }: House, files: ReadonlySet<string>): Handler[] {
  const effects = new Set(
    code
      .filter(({ path }) => files.has(path))
      .flatMap(effectsNamed)
      .map(({ effect }) => effect),
  );
  return handlers.filter(({ kind, effect }) => kind === 'due-work' && effects.has(effect));
}
