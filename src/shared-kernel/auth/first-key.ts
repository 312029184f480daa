import { Injectable } from '@nestjs/common';
import { Settings } from '#shared-kernel/config/settings.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { ApiKeyStore } from './api-key-store.js';
import { newApiKey } from './new-api-key.js';

/** Makes the key that everything else starts with. */
@Injectable()
export class FirstKey {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * Makes an admin key of the operator when there has never been a key, after migrations have run.
   *
   * @returns the value, to be shown once; null when there are keys already, also when another
   * process that starts at the same time was faster
   */
  async make(): Promise<string | null> {
    if (!(await this.keys.isEmpty())) return null;
    const value = this.settings.bootstrapApiKey;
    const details = { name: 'First key', scope: 'admin', tenant: null, value } as const;
    const made = newApiKey(details, this.clock.now());
    return (await this.keys.insertFirst(made.key)) ? made.value : null;
  }
}
