import { conditionHolds } from './condition-holds.js';
import type { RequestCondition } from './request-condition.js';
import { RequestReader } from './request-reader.js';

function holds(headers: Record<string, string>, more: Partial<RequestCondition>): boolean {
  const at: RequestCondition['at'] = { kind: 'header', headers: ['x-key'] };
  const request = new RequestReader({ headers, body: new Uint8Array() });
  return conditionHolds({ at, ...more }, request, { appKey: 'k1', empty: '', number: 1 });
}

it('holds where any text stands, but not for none', () => {
  expect(holds({ 'x-key': 'a' }, {})).toBe(true);
  expect(holds({ 'x-key': '' }, {})).toBe(false);
  expect(holds({}, {})).toBe(false);
});

it('compares with a text', () => {
  expect(holds({ 'x-key': 'v2' }, { equals: 'v2' })).toBe(true);
  expect(holds({ 'x-key': 'V2' }, { equals: 'v2' })).toBe(false);
});

it('compares with a setting of the source, and never with one that is not there', () => {
  expect(holds({ 'x-key': 'k1' }, { setting: 'appKey' })).toBe(true);
  expect(holds({ 'x-key': 'k2' }, { setting: 'appKey' })).toBe(false);
  for (const setting of ['empty', 'number', 'absent', 'constructor']) {
    expect(holds({ 'x-key': '1' }, { setting })).toBe(false);
  }
});
