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

/** Connections that do not read: the writer and the listener. */
const connectionsBesideReaders = 2;

/** Which database is the store. */
export interface PersistenceSettings {
  /** The SQLite file, unless there is a server. */
  readonly file: string;
  readonly bytesMax: number;
  /** URL of a PostgreSQL database, which then is the store. */
  readonly databaseUrl?: string | undefined;
  readonly databaseConnectionsMax?: number;
  /** Shown in the server's list of connections. */
  readonly instanceId?: string;
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
          useFactory: (meter: Meter) => openStore(settings, storeObserver(meter)),
        },
        StoreLifecycle,
      ],
      exports: [Store],
    };
  }
}

async function openStore(settings: PersistenceSettings, observer: StoreObserver): Promise<Store> {
  const { databaseUrl, databaseConnectionsMax = 6, instanceId = '' } = settings;
  if (databaseUrl === undefined) return SqliteStore.open({ ...settings, observer });
  // Loaded only by those who use it: the driver costs start and memory.
  const { PostgresStore } = await import('./postgres-store.js');
  return PostgresStore.open({
    url: databaseUrl,
    // The server keeps 63 bytes of it.
    applicationName: `signalbox ${instanceId}`.slice(0, 50).trim(),
    readersMax: databaseConnectionsMax - connectionsBesideReaders,
    observer,
  });
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
