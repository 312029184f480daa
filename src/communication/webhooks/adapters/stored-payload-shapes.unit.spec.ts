import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import { openTestStore, type StoreKind } from '../../../../test/support/test-store.ts';
import { learnShape } from '../domain/learn-shape.js';
import { PayloadTally } from '../domain/payload-tally.js';
import { StoredPayloadShapes } from './stored-payload-shapes.js';
import { webhookMigrations } from './webhook.migrations.js';

const key = { tenant: 'default', sourceId: 'src_1', eventType: 'github.push' };
const subject = { ...key, provider: 'github' };

function seen(json: unknown): PayloadTally {
  const tally = new PayloadTally();
  tally.add(json, 'whk_1');
  return tally;
}
const shapeOf = (json: unknown) => learnShape(null, seen(json)).shape;

describe.each<StoreKind>(['SQLite', 'PostgreSQL'])('shapes on %s', (kind) => {
  let folder: string;
  let store: Store;
  let shapes: StoredPayloadShapes;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-shapes-'));
    store = await openTestStore(folder, kind);
    await migrate(store, webhookMigrations, 0);
    shapes = new StoredPayloadShapes(store);
  }, 60_000);
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('come back as they were, and only to their tenant', async () => {
    const shape = shapeOf({ a: [{ b: null }], '9f': { 12: true } });
    await store.commit([shapes.replace({ subject, shape, learnedAtMs: 5 }, 0)]);
    expect(await shapes.find(key)).toEqual({ subject, shape, learnedAtMs: 5, revision: 1 });
    expect(await shapes.find({ ...key, tenant: 'other' })).toBeUndefined();
    expect(await shapes.countOf('src_1')).toBe(1);
  });

  it('are changed by one of two who read the same, the other one reads again', async () => {
    const changed = { subject, shape: shapeOf({ c: 1 }), learnedAtMs: 6 };
    const [one, other] = await Promise.all([
      store.commit([shapes.replace(changed, 1)]),
      store.commit([shapes.replace(changed, 1)]),
    ]);
    expect([one.committed, other.committed].sort()).toEqual([false, true]);
    expect(await shapes.find(key)).toMatchObject({ learnedAtMs: 6, revision: 2 });
    const twice = await store.commit([shapes.replace(changed, 0)]);
    expect(twice).toMatchObject({ committed: false, conflict: 'shape-is-new' });
  });

  it('are listed by event type, page by page, and removed', async () => {
    for (const eventType of ['a', 'b', 'c']) {
      const stored = { subject: { ...subject, sourceId: 'src_2', eventType }, learnedAtMs: 7 };
      await store.commit([shapes.replace({ ...stored, shape: shapeOf([1]) }, 0)]);
    }
    const filter = { tenant: 'default', sourceId: 'src_2', limit: 2 };
    const first = await shapes.list({ ...filter, after: undefined });
    expect(first.items).toEqual([
      { eventType: 'a', samples: 1, places: 2, learnedAtMs: 7 },
      { eventType: 'b', samples: 1, places: 2, learnedAtMs: 7 },
    ]);
    expect(first.next).not.toBeNull();
    const rest = await shapes.list({ ...filter, after: 'b' });
    expect(rest).toMatchObject({ items: [{ eventType: 'c' }], next: null });
    await store.commit([shapes.remove({ ...key, sourceId: 'src_2', eventType: 'c' })]);
    expect(await shapes.countOf('src_2')).toBe(2);
  });
});
