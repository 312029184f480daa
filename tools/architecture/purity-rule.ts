import ts from 'typescript';
import { type HouseGraph } from './import-graph.ts';
import { eachNode, type Rule } from './rule.ts';

/** Functions and objects that answer differently each time, or reach outside. */
const impureCalls = [
  /^Date\.now$/,
  /^performance\./,
  /^Math\.random$/,
  /^process\./,
  /^console\./,
  /^(crypto\.)?(random[A-Z]\w*|getRandomValues|generateKey\w*)$/,
  /^(globalThis\.)?(fetch|setTimeout|setInterval|setImmediate|queueMicrotask)$/,
];

export const purityRule: Rule = {
  id: 'domain-has-no-clock',
  sentence: 'domain/ reads no clock, no randomness, no process: now, random and ids come in.',
  why: 'A rule that reads the clock answers differently each time, and so does its test.',
  mend: 'Take `nowMs`, the random bytes or the id as an argument; the handler has Clock and newId.',
  check: eachNode(domainFiles, (node) => {
    if (ts.isNewExpression(node)) {
      const isNow = node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0;
      return isNow ? 'reads the clock by new Date()' : null;
    }
    const reached = ts.isCallExpression(node)
      ? node.expression.getText()
      : ts.isPropertyAccessExpression(node) && node.getText() === 'process.env'
        ? node.getText()
        : null;
    if (reached === null || !impureCalls.some((impure) => impure.test(reached))) return null;
    return `calls ${reached}`;
  }),
};

function domainFiles({ code }: HouseGraph) {
  return code.filter(({ place }) => place.kind === 'module' && place.layer === 'domain');
}
