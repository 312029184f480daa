import type { DynamicModule } from '@nestjs/common';
import { type Migration, migrationsOf } from '#shared-kernel/persistence/migration.js';

/** The tables that the adapters of a wired module own, for a program without PersistenceModule. */
export function tablesOf({ providers = [] }: DynamicModule): Migration[] {
  return providers.flatMap((provider) => migrationsOf(provider));
}
