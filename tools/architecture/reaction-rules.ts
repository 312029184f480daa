import ts from 'typescript';
import { type House } from './house.ts';
import { decorationOf } from './model/classes.ts';
import { type Handler } from './model/handlers.ts';
import { effectsNamed } from './model/event-flow.ts';
import { eachNode, type Rule, type Violation } from './rule.ts';

export const reactionRules: readonly Rule[] = [
  {
    id: 'reactions-have-stable-ids',
    sentence:
      'A class with @EventsHandler has @Reaction with an id as text, `module.effect-when-cause`, ' +
      'that no other reaction has or had.',
    why: 'The checkpoint is stored under the id: without it, or with a shared one, events are lost.',
    mend: 'Give it an id of its own; a renamed reaction names the old one in formerIds.',
    check: reactionIds,
  },
  {
    id: 'no-sagas',
    sentence: '@Saga is not used.',
    why: 'A saga of @nestjs/cqrs lives in memory and ends for ever at its first error.',
    mend: 'Write a reaction: it is durable, ordered and tried again.',
    check: eachNode(
      ({ code }) => code,
      (node) => {
        if (!ts.isImportSpecifier(node)) return null;
        const from = node.parent.parent.parent.moduleSpecifier;
        const isCqrs = ts.isStringLiteralLike(from) && from.text === '@nestjs/cqrs';
        return isCqrs && (node.propertyName ?? node.name).text === 'Saga' ? 'uses @Saga' : null;
      },
    ),
  },
  {
    id: 'due-work-is-done',
    sentence: 'Every effect that a decision makes due is done by exactly one @DueWork.',
    why: 'Work that nothing claims stays due for ever, and two workers of one effect stop the start.',
    mend: 'Give the class @DueWork({ effect }), with the name that `due` says.',
    check: dueWork,
  },
  {
    id: 'messages-are-awaited',
    sentence: 'The promise of publish, execute and commit is awaited or returned.',
    why: 'A floating one loses its error, and the answer goes out before the work is durable.',
    mend: 'Write `await` or `return` before it.',
    check: eachNode(
      ({ code }) => code,
      (node) => {
        const call = ts.isExpressionStatement(node) ? floating(node.expression) : null;
        return call === null ? null : `${call} is not awaited`;
      },
    ),
  },
];

const awaited = new Set(['publish', 'publishAll', 'execute', 'commit', 'tryCommit']);
const chained = new Set(['then', 'catch', 'finally']);

/** The call whose promise is dropped by `void`, by nothing, or after a `.catch`. */
function floating(expression: ts.Expression): string | null {
  if (ts.isVoidExpression(expression)) return floating(expression.expression);
  if (ts.isParenthesizedExpression(expression)) return floating(expression.expression);
  if (!ts.isCallExpression(expression)) return null;
  const callee = expression.expression;
  if (!ts.isPropertyAccessExpression(callee)) return null;
  if (chained.has(callee.name.text)) return floating(callee.expression);
  return awaited.has(callee.name.text) ? callee.getText() : null;
}

function reactionIds({ classes, handlers }: House): Violation[] {
  const taken = new Map<string, string>();
  const reactions = handlers.filter(({ kind }) => kind === 'event');
  const faults = reactions.flatMap((handler) => {
    const { unit, line } = handler.declared;
    return idFaults(handler, taken).map((found) => ({
      file: unit.path,
      line: handler.reaction?.line ?? line,
      found,
    }));
  });
  const handled = new Set(reactions.map(({ declared }) => declared.id));
  const deaf = classes.flatMap((declared) => {
    const decoration = decorationOf(declared, 'src/shared-kernel/', 'Reaction');
    if (decoration === undefined || handled.has(declared.id)) return [];
    const found = `${declared.name} has no @EventsHandler`;
    return [{ file: declared.unit.path, line: decoration.line, found }];
  });
  return [...faults, ...deaf];
}

function idFaults({ declared, reaction }: Handler, taken: Map<string, string>): string[] {
  if (reaction === null) return [`${declared.name} has no @Reaction`];
  const { id, formerIds } = reaction;
  if (id === '') return [`${declared.name} has no id as text`];
  const { place } = declared.unit;
  const module = place.unit.slice(place.unit.lastIndexOf('/') + 1);
  const foreign =
    place.kind === 'module' && !id.startsWith(`${module}.`)
      ? [`${id} does not begin with ${module}.`]
      : [];
  const repeated = [id, ...formerIds].flatMap((one) => {
    const other = taken.get(one);
    taken.set(one, declared.name);
    return other === undefined ? [] : [`${one} is an id of ${other}`];
  });
  return [...foreign, ...repeated];
}

function dueWork(house: House): Violation[] {
  const workers = house.handlers.filter(({ kind }) => kind === 'due-work');
  const done = new Set<string>();
  const repeated = workers.flatMap(({ declared, effect }) => {
    const isFine = effect !== '' && !done.has(effect);
    done.add(effect);
    const { unit, line, name } = declared;
    const found = effect === '' ? `${name} has no effect as text` : `${effect} is done twice`;
    return isFine ? [] : [{ file: unit.path, line, found }];
  });
  const undone = house.code.flatMap((unit) =>
    effectsNamed(unit)
      .filter(({ effect }) => !done.has(effect))
      .map(({ effect, line }) => ({ file: unit.path, line, found: `nothing does ${effect}` })),
  );
  return [...repeated, ...undone];
}
