import { textReport } from './text-report.ts';
import { verify } from './verify.ts';

/** `node tools/architecture/check.ts [ROOT]`: what `npm run cli -- verify` says, as text. */
const verdict = verify(process.argv[2] ?? '.');
console.log(textReport(verdict));
process.exitCode = verdict.errors === 0 ? 0 : 1;
