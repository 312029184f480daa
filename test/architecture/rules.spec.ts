import { allRules } from '../../tools/architecture/all-rules.ts';
import { readHouse } from '../../tools/architecture/house.ts';
import { readTree } from '../../tools/architecture/source-tree.ts';
import { describeFindings } from '../../tools/architecture/text-report.ts';
import { findingsOf, findViolations } from '../../tools/architecture/verify.ts';
import { allowedCode } from './allowed-code.ts';
import { cleanHouse } from './clean-house.ts';
import { plantedViolations } from './planted-violations.ts';

const findingsIn = (files: Readonly<Record<string, string>>) =>
  findViolations(readHouse(new Map(Object.entries(files))));

describe('the real tree', () => {
  const house = readHouse(readTree(process.cwd()));

  it('is read: its files and their imports are in the graph', () => {
    const kernel = house.code.find(({ path }) => path === 'src/shared-kernel/domain/ids.ts');
    expect(kernel?.imports).toContainEqual(
      expect.objectContaining({ specifier: 'uuid', target: null, package: 'uuid' }),
    );
  });

  it.each(allRules.map((rule) => [rule.id, rule] as const))('keeps %s', (_id, rule) => {
    expect(describeFindings(findingsOf(rule, house))).toBe('');
  });
});

describe('a small house without fault', () => {
  it('breaks no rule', () => {
    expect(describeFindings(findingsIn(cleanHouse))).toBe('');
  });

  it.each(allowedCode)('still breaks none when %s', (_what, file, text) => {
    expect(describeFindings(findingsIn({ ...cleanHouse, [file]: text }))).toBe('');
  });
});

describe('a planted violation', () => {
  it.each(plantedViolations.map((planted) => [planted.rule, planted.what, planted] as const))(
    'of %s is seen there and by no other rule: %s',
    (_rule, _what, { rule, files, at }) => {
      const found = findingsIn({ ...cleanHouse, ...files });
      expect(found.map((finding) => `${finding.rule.id} ${finding.file}:${finding.line}`)).toEqual([
        `${rule} ${at}`,
      ]);
    },
  );

  it('exists for every rule', () => {
    const planted = new Set(plantedViolations.map(({ rule }) => rule));
    expect([...planted].sort()).toEqual(allRules.map(({ id }) => id).sort());
  });

  it('is told with its place, the law and the way to mend it', () => {
    const file = 'src/shared-kernel/domain/money.ts';
    const [rule] = allRules;
    expect(describeFindings(findingsIn({ ...cleanHouse, [file]: `import 'zod';\n` }))).toBe(
      `${rule?.id}: ${rule?.sentence}\n  Why: ${rule?.why}\n  To mend: ${rule?.mend}\n` +
        `  ${file}:1 imports the package zod\n    1 | import 'zod';\n\n`,
    );
  });
});
