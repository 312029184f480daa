import { type House } from './house.ts';
import { circlesIn, eventFlow } from './model/event-flow.ts';
import { type Rule, type Violation } from './rule.ts';

export const flowRules: readonly Rule[] = [
  {
    id: 'event-cycles',
    severity: 'warning',
    sentence: 'Events do not lead back to themselves over reactions, unless that is declared.',
    why: 'A circle of events can run for ever; unlike one of imports it is sometimes what is meant.',
    mend: 'Cut the circle, or declare it in context.ts under `eventLoops` with what ends it.',
    check: cycles,
  },
];

function cycles(house: House): Violation[] {
  const declared = new Set(
    house.contexts.flatMap(({ declaration }) =>
      (declaration?.eventLoops ?? []).map(({ events }) => [...events].sort().join()),
    ),
  );
  return circlesIn(eventFlow(house))
    .filter((circle) => !declared.has(circle.join()))
    .flatMap((circle) => {
      const start = house.messages.find(({ name }) => name === circle[0]);
      if (start === undefined) return [];
      const { unit, line } = start.declared;
      return [{ file: unit.path, line, found: `leads back to itself: ${circle.join(' -> ')}` }];
    });
}
