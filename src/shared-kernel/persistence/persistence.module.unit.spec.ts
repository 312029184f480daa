import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { migrationsOf, OwnsTables } from './migration.js';
import { PersistenceModule } from './persistence.module.js';
import { always } from './statement.js';
import { Store } from './store.js';

const migrations = [{ id: 'shelf.0001', statements: ['CREATE TABLE shelf (id TEXT)'] }];

@Injectable()
@OwnsTables(migrations)
class Shelf {}

@Module({})
class ObservabilityModule {}

describe('PersistenceModule', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-persistence-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('migrates the tables of all modules, counts commits, and closes the store at the end', async () => {
    const meter = new Meter({ format: 'text', processMetrics: false });
    const lines: string[] = [];
    const start = async () => {
      const observability = { provide: Log, useValue: memoryLog(lines) };
      const module = await Test.createTestingModule({
        imports: [
          {
            module: ObservabilityModule,
            global: true,
            providers: [observability, { provide: Meter, useValue: meter }],
            exports: [Log, Meter],
          },
          PersistenceModule.forRoot({ file: join(folder, 'a.db'), bytesMax: 0 }),
        ],
        providers: [Shelf],
      }).compile();
      module.enableShutdownHooks();
      return module.init();
    };
    const first = await start();
    const store = first.get(Store);
    await store.commit([always({ sql: 'INSERT INTO shelf VALUES (?)', parameters: ['a'] })]);
    expect(lines.join('')).toContain('tables migrated: shelf.0001');
    const { body } = await meter.expose();
    expect(body).toContain('signalbox_store_commits_total{outcome="committed"} 3');
    expect(body).toMatch(/signalbox_store_group_size_count [1-9]/);
    await first.close();
    await expect(store.commit([])).rejects.toMatchObject({ code: 'storage.unavailable' });
    expect(existsSync(join(folder, 'a.db-wal'))).toBe(false);

    lines.length = 0;
    const second = await start();
    expect(lines).toEqual([]);
    expect(await second.get(Store).list({ sql: 'SELECT * FROM shelf', parameters: [] })).toEqual([
      { id: 'a' },
    ]);
    await second.close();
  });

  it('finds no migrations where none are declared', () => {
    expect(migrationsOf(Shelf)).toBe(migrations);
    expect(migrationsOf(Meter)).toEqual([]);
  });
});

function memoryLog(lines: string[]): Log {
  return new Log(
    { level: 'info', serviceVersion: '1', instanceId: 'test' },
    { write: (line) => void lines.push(line), flush: (done) => done(), flushSync: () => undefined },
  );
}
