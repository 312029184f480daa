import { Injectable } from '@nestjs/common';
import { Settings } from '#shared-kernel/config/settings.js';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { type KnownProvider, Providers } from '../domain/known-provider.js';
import { ProviderServers } from '../domain/provider-servers.js';
import type { KnownSource } from '../domain/source-registry.js';
import type { Source } from '../domain/source.js';
import { webhookErrors } from '../errors.js';

/** Puts beside a source what its requests are judged by. */
@Injectable()
export class KnownSources {
  constructor(
    private readonly providers: Providers,
    private readonly servers: ProviderServers,
    private readonly settings: Settings,
  ) {}

  /**
   * @param before what was known of the source; nothing has to be made anew while neither it nor
   *   its provider changes, and imported keys are remembered by its secrets
   * @throws DomainError `webhooks.provider-missing`
   */
  async of(source: Source, before?: KnownSource): Promise<KnownSource> {
    const provider = await this.providerOf(source);
    const isSame =
      before?.source.id === source.id &&
      before.source.revision === source.revision &&
      before.providerRevision === provider.revision;
    if (isSame) return before;
    const url = source.settings?.['url'];
    return {
      source,
      scheme: provider.schemeFor(source.settings),
      providerRevision: provider.revision,
      address: typeof url === 'string' ? url : `${this.settings.publicUrl}/hooks/${source.token}`,
      keysFor: (wanted) => this.servers.keysFor(wanted),
    };
  }

  /** Its sender did nothing wrong, and shall send again. */
  private async providerOf({ tenant, provider }: Source): Promise<KnownProvider> {
    try {
      return await this.providers.byName(tenant, provider);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const detail = 'The provider of this source is not defined at the moment.';
      throw webhookErrors.providerMissing(detail, { cause: error });
    }
  }
}
