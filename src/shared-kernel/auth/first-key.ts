import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Settings } from '#shared-kernel/config/settings.js';
import { ApiKeyStore } from './api-key-store.js';
import { CreateApiKey } from './create-api-key.js';

/** Makes the key that everything else starts with. */
@Injectable()
export class FirstKey {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly commands: CommandBus,
    private readonly settings: Settings,
  ) {}

  /**
   * Makes an admin key of the operator when there has never been a key, after migrations have run.
   *
   * @returns the value, to be shown once; null when there are keys already
   */
  async make(): Promise<string | null> {
    if (!(await this.keys.isEmpty())) return null;
    const { bootstrapApiKey } = this.settings;
    const details = { name: 'First key', scope: 'admin', tenant: null } as const;
    const made = await this.commands.execute(
      new CreateApiKey(
        bootstrapApiKey === undefined ? details : { ...details, value: bootstrapApiKey },
      ),
    );
    return made.value;
  }
}
