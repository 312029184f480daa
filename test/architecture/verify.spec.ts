import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as ajvFormats from 'ajv-formats';
import { z } from 'zod';
import { allRules } from '../../tools/architecture/all-rules.ts';
import { jsonReport } from '../../tools/architecture/json-report.ts';
import { sarifReport } from '../../tools/architecture/sarif-report.ts';
import { textReport } from '../../tools/architecture/text-report.ts';
import { verify } from '../../tools/architecture/verify.ts';
import { runCli } from '../../tools/cli/run-cli.ts';
import { findContracts } from '../../tools/reference/find-contracts.ts';
import { cleanHouse } from './clean-house.ts';
import { plantedViolations } from './planted-violations.ts';
import { sarifSchema } from './sarif-schema.ts';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with the small house and some more files. */
function houseWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-house-'));
  folders.push(folder);
  for (const [path, text] of Object.entries({ ...cleanHouse, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const broken = { 'src/shared-kernel/domain/money.ts': `export {};\nimport 'zod';\n` };
const warned = plantedViolations.find(({ rule }) => rule === 'event-cycles')?.files ?? {};

async function cli(...args: string[]) {
  let out = '';
  let err = '';
  const exitCode = await runCli(
    ['verify', ...args],
    {},
    {
      out: (text) => (out += text.toString()),
      err: (text) => (err += text),
    },
  );
  return { exitCode, out, err };
}

describe('the verifier', () => {
  it('finds nothing in this program, errors or warnings, within 5 s of CPU', () => {
    const before = process.cpuUsage();
    const { findings, files } = verify(process.cwd());
    const { user, system } = process.cpuUsage(before);
    expect(findings).toEqual([]);
    expect(files).toBeGreaterThan(300);
    // CPU, since the wall clock of a busy machine says little.
    expect((user + system) / 1e6).toBeLessThan(5);
  });

  it('tells each finding with its rule, why, how to mend it, and the line itself', () => {
    expect(textReport(verify(houseWith(broken)))).toMatch(
      /^kernel-domain-stands-alone: .+\n {2}Why: .+\n {2}To mend: .+\n {2}src\/shared-kernel\/domain\/money\.ts:2 imports the package zod\n {4}2 \| import 'zod';\n\n\d+ rules, \d+ files, 1 errors, 0 warnings, \d+\.\d s$/,
    );
  });

  it('marks a warning as one, and counts it apart', () => {
    const verdict = verify(houseWith(warned));
    expect([verdict.errors, verdict.warnings]).toEqual([0, 1]);
    expect(textReport(verdict)).toContain('event-cycles (warning): ');
  });

  it('says the same as JSON', () => {
    expect(jsonReport(verify(houseWith(broken)))).toMatchObject({
      errors: 1,
      warnings: 0,
      rules: allRules.length,
      findings: [
        {
          rule: 'kernel-domain-stands-alone',
          severity: 'error',
          file: 'src/shared-kernel/domain/money.ts',
          line: 2,
          found: 'imports the package zod',
          frame: "import 'zod';",
        },
      ],
    });
  });
});

describe('the SARIF report', () => {
  const ajv = new Ajv2020({ strict: true });
  // @ts-expect-error its types describe the CommonJS form, whose default is the module itself
  ajvFormats.default(ajv);
  const isSarif = ajv.compile(sarifSchema);

  it('has the form of SARIF 2.1.0, with findings and without', () => {
    for (const files of [broken, warned, {}]) {
      const report = sarifReport(verify(houseWith(files)));
      expect([isSarif(report), isSarif.errors]).toEqual([true, null]);
    }
    expect(isSarif({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  });

  it('has every rule, and each result points at its rule and place', () => {
    const { runs } = sarifReport(verify(houseWith({ ...broken, ...warned }))) as Sarif;
    const [{ tool, results, invocations }] = runs;
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(allRules.map(({ id }) => id));
    expect(results.map(({ level }) => level)).toEqual(['error', 'warning']);
    for (const { ruleId, ruleIndex } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
    expect(results[0]?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/shared-kernel/domain/money.ts', uriBaseId: 'ROOT' },
          region: { startLine: 2, snippet: { text: "import 'zod';" } },
        },
      },
    ]);
    expect(invocations).toEqual([{ executionSuccessful: true, exitCode: 1 }]);
  });
});

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly invocations: readonly object[];
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly locations: readonly object[];
      }[];
    },
  ];
}

describe('npm run cli -- verify', () => {
  it('ends with 0 for a clean tree and for warnings, with 1 for errors', async () => {
    expect(await cli(houseWith({}))).toMatchObject({ exitCode: 0, err: '' });
    expect(await cli(houseWith(warned))).toMatchObject({ exitCode: 0, err: '' });
    const { exitCode, out } = await cli(houseWith(broken));
    expect(exitCode).toBe(1);
    expect(out).toContain('money.ts:2 imports the package zod');
  });

  it('writes text, JSON and SARIF, and refuses any other format', async () => {
    const folder = houseWith(broken);
    const json = await cli(folder, '--format', 'json');
    expect(JSON.parse(json.out)).toMatchObject({ errors: 1 });
    const sarif = await cli('--format', 'sarif', folder);
    expect(JSON.parse(sarif.out)).toMatchObject({ version: '2.1.0' });
    expect(await cli(folder, '--format', 'xml')).toEqual({
      exitCode: 2,
      out: '',
      err: 'There is no format xml; there are text, json and sarif.\n',
    });
  });

  it('takes the folder of the call when none is named, and not two', async () => {
    expect(await cli()).toMatchObject({ exitCode: 0 });
    expect(await cli('one', 'two')).toMatchObject({ exitCode: 2 });
  });
});

describe('the contracts', () => {
  it('have a JSON form for zod, as the rule says that reads their source', async () => {
    const found = await findContracts();
    expect(found.length).toBeGreaterThan(8);
    for (const { contract } of found) {
      const schemas =
        contract.kind === 'event' ? [contract.schema] : [contract.input, contract.result];
      for (const schema of schemas.filter((one) => !(one instanceof z.ZodVoid))) {
        expect(() => z.toJSONSchema(schema, { unrepresentable: 'throw' })).not.toThrow();
      }
    }
  });
});
