import { statfs } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '#shared-kernel/config/settings.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { type ReadinessFault, ReadinessChecks } from './readiness.js';

const anything = { sql: 'SELECT 1 AS answer', parameters: [] };

/** What every instance needs: a store that answers, and room on the disk. */
@Injectable()
export class BasicChecks {
  constructor(
    private readonly store: Store,
    private readonly settings: Settings,
    checks: ReadinessChecks,
  ) {
    checks.add({ name: 'store', find: () => this.storeFault() });
    checks.add({ name: 'disk', find: () => this.diskFault() });
  }

  private async storeFault(): Promise<ReadinessFault | null> {
    await this.store.find(anything);
    const { fault } = this.store.status();
    if (fault === null) return null;
    return {
      cause: `The last commit could not be written: ${fault}.`,
      remedy:
        this.store.dialect === 'sqlite'
          ? 'Make room: free the disk, or raise STORE_BYTES_MAX.'
          : 'Look at the PostgreSQL server of DATABASE_URL: whether it runs, has room on its disk and has connections left.',
    };
  }

  private async diskFault(): Promise<ReadinessFault | null> {
    const { dataFolder, diskFreeBytesMin } = this.settings;
    const { bavail, bsize } = await statfs(dataFolder);
    const freeBytes = bavail * bsize;
    if (freeBytes >= diskFreeBytesMin) return null;
    return {
      cause: `The disk of the data folder has ${freeBytes} bytes free, fewer than ${diskFreeBytesMin}.`,
      remedy: 'Free space on it, or lower DISK_FREE_BYTES_MIN.',
    };
  }
}
