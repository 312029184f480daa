import {
  type DynamicModule,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { migrate } from './migrate.js';
import { migrationsOf } from './migration.js';
import { SqliteStore } from './sqlite-store.js';
import { Store, type StoreObserver } from './store.js';

/** Where the embedded database stands. */
export interface PersistenceSettings {
  readonly file: string;
  readonly bytesMax: number;
}

/**
 * Migrates the tables of all modules before anything reads them, and closes the store after
 * everything else.
 */
@Injectable()
class StoreLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly store: Store,
    private readonly log: Log,
    private readonly meter: Meter,
  ) {}

  async onModuleInit(): Promise<void> {
    this.meter.observeGauge('signalbox_store_waiting', () => [
      { labels: {}, value: this.store.status().waiting },
    ]);
    const owners = new Set(
      this.discovery.getProviders().flatMap(({ metatype }) => (metatype ? [metatype] : [])),
    );
    const migrations = [...owners].flatMap((owner) => migrationsOf(owner));
    const applied = await migrate(this.store, migrations, Date.now());
    if (applied.length > 0) {
      this.log.info({ 'event.action': 'migrate' }, `tables migrated: ${applied.join(', ')}`);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

/** The store for every module. */
@Module({})
export class PersistenceModule {
  static forRoot(settings: PersistenceSettings): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        {
          provide: Store,
          inject: [Meter],
          useFactory: (meter: Meter) =>
            SqliteStore.open({ ...settings, observer: storeObserver(meter) }),
        },
        StoreLifecycle,
      ],
      exports: [Store],
    };
  }
}

function storeObserver(meter: Meter): StoreObserver {
  return {
    group(size, durationMs) {
      meter.observe('signalbox_store_group_size', {}, size);
      meter.observe('signalbox_store_commit_duration_seconds', {}, durationMs / 1_000);
    },
    outcome: (outcome) => meter.count('signalbox_store_commits_total', { outcome }),
  };
}
