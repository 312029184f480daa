import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractDocument } from '#shared-kernel/contracts/contract-document.js';
import { type Contracts, readBaseline, readBaselineAt } from '../../tools/contracts/baseline.ts';
import { codeContracts } from '../../tools/contracts/check-against.ts';
import { compareContracts } from '../../tools/contracts/compare-contracts.ts';
import { isFault } from '../../tools/contracts/contract-change.ts';
import { type Decision, readDecisions } from '../../tools/contracts/decisions.ts';
import { describeChange } from '../../tools/contracts/describe-change.ts';

const today = new Date().toISOString().slice(0, 10);
const webhookReceived = 'communication.webhook-received@1';
const endpointExists = 'deliveries.endpoint-exists@1';

let code: Contracts;
beforeAll(async () => {
  code = await codeContracts();
});

/** What the code's change from this baseline means, in words. */
function faultsFrom(baseline: Contracts, decisions: readonly Decision[] = []): string[] {
  const changes = compareContracts({ baseline, code, decisions });
  return changes.filter((change) => isFault(change, today)).map(describeChange);
}

/** A contract that a test may spoil. */
type LooseDocument = ReturnType<typeof JSON.parse>;

/** The contracts as if this one had been another before; null takes it away. */
function withOld(contract: string, change: (document: LooseDocument) => object | null): Contracts {
  const copy = new Map(code);
  const old = change(JSON.parse(JSON.stringify(code.get(contract))));
  if (old === null) copy.delete(contract);
  else copy.set(contract, old as ContractDocument);
  return copy;
}

it('changes no contract in a way that breaks a reader', () => {
  const changes = compareContracts({ baseline: readBaseline(), code, decisions: readDecisions() });
  const faults = changes.filter((change) => isFault(change, today));
  expect(faults.map(describeChange)).toEqual([]);
});

describe('a change within a version', () => {
  it('is refused with a witness when old events can no longer be read', () => {
    const baseline = withOld(webhookReceived, (document) => {
      document.schema.properties.provider = { type: ['string', 'null'] };
      return document;
    });
    const [fault, ...others] = faultsFrom(baseline);
    expect(others).toEqual([]);
    expect(fault).toContain(`${webhookReceived} (schema, full) changed incompatibly at /provider`);
    expect(fault).toMatch(
      /the old schema accepts this and the new one refuses it: .*"provider":null/,
    );
    expect(fault).toMatch(
      /Make version communication\.webhook-received@2 with an upcaster .* deprecate this one\.$/,
    );
  });

  it('is refused when readers of another release do not know a new member', () => {
    const baseline = withOld('communication.rule-matched@1', (document) => {
      delete document.schema.properties.actions.items.oneOf[1].properties.html;
      return document;
    });
    expect(faultsFrom(baseline)).toEqual([
      expect.stringMatching(/changed incompatibly[^]* state compatibility: 'backward'\.$/),
    ]);
  });

  it('lets an event that needs only one way change that way', () => {
    const narrower = (mode: string) => (document: LooseDocument) => {
      document.compatibility = mode;
      document.schema.properties.bodyBytes.minimum = -1;
      return document;
    };
    // The new schema takes less: old readers are fine, old data is not.
    const forward = new Map(code);
    const event = code.get(webhookReceived);
    forward.set(webhookReceived, { ...event, compatibility: 'forward' } as ContractDocument);
    const changes = (next: Contracts) =>
      compareContracts({
        baseline: withOld(webhookReceived, narrower('full')),
        code: next,
        decisions: [],
      });
    expect(changes(forward)).toMatchObject([
      { mode: 'forward', verdict: { verdict: 'compatible' } },
    ]);
    expect(changes(code)).toMatchObject([{ mode: 'full', verdict: { direction: 'backward' } }]);
  });

  it('lets a query take more and answer less', () => {
    const baseline = withOld(endpointExists, (document) => {
      document.input.properties.tenant.const = 'default';
      document.result = { type: ['boolean', 'null'] };
      return document;
    });
    expect(faultsFrom(baseline)).toEqual([]);
  });

  it('refuses a query that takes less or answers more', () => {
    const baseline = withOld(endpointExists, (document) => {
      delete document.input.properties.endpointId;
      document.input.required = ['tenant'];
      document.result = { const: true };
      return document;
    });
    expect(faultsFrom(baseline)).toEqual([
      expect.stringContaining(`${endpointExists} (input, backward) changed incompatibly`),
      expect.stringContaining(`${endpointExists} (result, forward) changed incompatibly`),
    ]);
  });

  it('is no change when only words or the order of members are others', () => {
    const baseline = withOld(webhookReceived, (document) => {
      const { properties } = document.schema;
      document.schema.properties = Object.fromEntries(Object.entries(properties).reverse());
      document.summary = 'Another word.';
      document.examples = [];
      return document;
    });
    expect(compareContracts({ baseline, code, decisions: [] })).toEqual([]);
  });
});

describe('a change that cannot be judged', () => {
  const unclear = () =>
    withOld(webhookReceived, (document) => {
      // No vocabulary has this keyword, so nobody can say what it refuses.
      document.schema.properties.provider.spelling = 'British';
      return document;
    });
  const changeOf = (baseline: Contracts) => {
    const [change] = compareContracts({ baseline, code, decisions: [] });
    if (change?.kind !== 'schema') throw new Error('there is no change of a schema');
    return change;
  };
  const decisionOn = (change: string): Decision => ({
    contract: webhookReceived,
    part: 'schema',
    change,
    because: 'Providers have always had such names.',
    by: 'Ada',
    on: '2026-11-22',
  });

  it('asks for the decision of a person, and says how', () => {
    const baseline = unclear();
    const change = changeOf(baseline);
    expect(change.verdict.verdict).toBe('unknown');
    const [fault] = faultsFrom(baseline);
    expect(fault).toContain('in a way that cannot be judged');
    expect(fault).toContain(`"change":"${change.fingerprint}"`);
  });

  it('goes in with a decision about this very change, and no other', () => {
    const baseline = unclear();
    const { fingerprint } = changeOf(baseline);
    expect(faultsFrom(baseline, [decisionOn(fingerprint)])).toEqual([]);
    const [before, after] = fingerprint.split('-');
    const otherBefore = `${before!.replace(/./g, '0')}-${after}`;
    expect(faultsFrom(baseline, [decisionOn(otherBefore)])).toHaveLength(1);
  });

  it('leaves no decision behind when the schema has moved on', () => {
    const stale = decisionOn('0000000000000000-0000000000000000');
    expect(faultsFrom(code, [stale])).toEqual([
      expect.stringContaining('tools/contracts/decisions.json decides about a schema'),
    ]);
    expect(faultsFrom(code, [{ ...stale, contract: 'shop.gone@1' }])).toHaveLength(1);
  });
});

describe('a contract that goes', () => {
  const before = (deprecated?: object): Contracts =>
    new Map(code).set('shop.gone@1', {
      ...code.get(webhookReceived)!,
      ...(deprecated as { deprecated?: never }),
    });

  it('is refused when nobody was told', () => {
    expect(faultsFrom(before())).toEqual([
      'shop.gone@1 is gone. Deprecate it with a sunset date first, and remove it after that day.',
    ]);
  });

  it('may go after its sunset, and not earlier', () => {
    const sunset = (day: string) =>
      before({ deprecated: { since: '0.1.0', sunset: day, use: 'x' } });
    expect(faultsFrom(sunset('2099-01-01'))).toEqual([
      'shop.gone@1 is gone; its sunset is 2099-01-01.',
    ]);
    expect(faultsFrom(sunset(today))).toEqual([]);
  });

  it('may not become another kind of message under its name', () => {
    const baseline = withOld(endpointExists, (document) => ({ ...document, kind: 'command' }));
    expect(faultsFrom(baseline)).toEqual([expect.stringContaining('was a command and is a query')]);
  });

  it('leaves new ones alone', () => {
    expect(faultsFrom(withOld(endpointExists, () => null))).toEqual([]);
  });
});

describe('the baseline at a git reference', () => {
  let folder = '';
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-baseline-'));
    const contracts = join(folder, 'docs/reference/contracts');
    mkdirSync(contracts, { recursive: true });
    const document = { kind: 'query', name: 'shop.find', version: 1 };
    writeFileSync(join(contracts, 'shop.find.v1.json'), JSON.stringify(document));
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'first');
    writeFileSync(join(contracts, 'shop.find.v1.json'), '{}');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is as it was committed, whatever the folder holds now', () => {
    expect([...readBaselineAt('HEAD', folder).keys()]).toEqual(['shop.find@1']);
  });

  it.each(['no-such-branch', '--output=x'])('is refused for %s', (reference) => {
    expect(() => readBaselineAt(reference, folder)).toThrow(reference);
  });
});
