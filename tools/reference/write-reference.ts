/*
 * `npm run reference`: writes docs/reference/ from the code. A test holds the committed files to
 * it.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkAgainst } from '../contracts/check-against.ts';
import { readBaseline } from '../contracts/baseline.ts';
import { describeChange } from '../contracts/describe-change.ts';
import { referencePages } from './reference-pages.ts';

const folder = fileURLToPath(new URL('../../docs/reference', import.meta.url));

// Writing is how a contract changes, so a change that breaks a reader stops here.
const { faults } = await checkAgainst(readBaseline());
if (faults.length > 0) {
  console.error(faults.map(describeChange).join('\n'));
  process.exit(1);
}
const pages = await referencePages();
rmSync(folder, { recursive: true, force: true });
for (const [path, text] of pages) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
console.log(`docs/reference: ${pages.size} files written`);
