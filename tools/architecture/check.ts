import { allRules, describeFindings, findViolations } from './all-rules.ts';
import { readGraph } from './import-graph.ts';
import { readTree } from './source-tree.ts';

/** `node tools/architecture/check.ts [ROOT]`: prints every violation; exits 1 if there is one. */
const graph = readGraph(readTree(process.argv[2] ?? '.'));
const findings = findViolations(graph);
console.log(describeFindings(findings));
console.log(`${allRules.length} rules, ${graph.code.length} files, ${findings.length} violations`);
process.exitCode = findings.length === 0 ? 0 : 1;
