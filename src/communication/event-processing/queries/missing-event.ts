import type { DomainError } from '#shared-kernel/domain/domain-error.js';
import type { EventArchive } from '#shared-kernel/messaging/retention/event-archive.js';
import { eventErrors } from '../errors.js';

/** Why the log has no event with this id: it went to the archive, or there never was one. */
export async function missingEvent(
  archive: EventArchive,
  tenant: string,
  id: string,
): Promise<DomainError> {
  return (await archive.has(tenant, id))
    ? eventErrors.eventArchived(`The event ${id} is in the archive.`)
    : eventErrors.eventNotFound(`There is no event ${id}.`);
}
