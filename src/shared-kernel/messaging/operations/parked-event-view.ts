import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import type { ListedParkedEvent, WholeParkedEvent } from './parked-event-reader.js';

const stateSchema = z.enum(['parked', 'waiting', 'dead']);
const filterCharsMax = 500;
const text = z.string().max(filterCharsMax);

/** Filters of parked events: spread them into the schema of a query or a body. */
export const parkedFilter = {
  state: stateSchema
    .optional()
    .describe('parked has a next try, waiting stands behind one of its key, dead has none.'),
  key: text.optional(),
  errorCode: text.optional(),
  type: text.optional(),
};

const reasonCharsMax = 500;

/** Why a person takes events out of a reaction. */
export const reasonSchema = z
  .string()
  .trim()
  .min(1)
  .max(reasonCharsMax)
  .describe('Goes to the log.')
  .meta({ examples: ['The customer was told by hand.'] });

/** How a parked event is named in an address. */
export const parkedAddressSchema = z
  .string()
  .regex(/^(?:evt_[0-9a-f]{32}|[1-9]\d{0,14})$/, 'must be the id of an event, or its position')
  .describe('Id of the event; its position when the log has lost it.');

/** A parked event in a list. */
export const parkedEventViewSchema = z
  .object({
    position: z.int(),
    eventId: z.string().nullable().describe('Null once the log has lost the event.'),
    name: z.string().nullable().describe('Name of the contract.'),
    type: z.string().nullable(),
    tenant: z.string().nullable(),
    key: z.string(),
    state: stateSchema,
    tries: z.int(),
    nextTryAt: z.iso.datetime().nullable(),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('What the last try met; null for one that was not tried yet.'),
    parkedAt: z.iso.datetime(),
    edited: z.boolean().describe('Whether a person put other data in place of the logged one.'),
  })
  .meta({ id: 'ParkedEvent' });

/** A parked event with its data. */
export const wholeParkedEventViewSchema = parkedEventViewSchema
  .extend({
    data: z.unknown().describe('As it stands in the log; null when it was lost there.'),
    editedData: z.unknown().optional().describe('What the reaction gets in its place.'),
  })
  .meta({ id: 'WholeParkedEvent' });

export function viewOfParked(row: ListedParkedEvent): z.output<typeof parkedEventViewSchema> {
  const { state, error_code: code, error_message: message } = row;
  return {
    position: row.position,
    eventId: row.id,
    name: row.name,
    type: row.type,
    tenant: row.tenant,
    key: row.key,
    state,
    tries: row.tries,
    nextTryAt: state === 'parked' ? isoTime(row.due_at_ms) : null,
    error: code === '' ? null : { code, message },
    parkedAt: isoTime(row.parked_at_ms),
    edited: row.is_edited === 1,
  };
}

export function viewOfWhole(row: WholeParkedEvent): z.output<typeof wholeParkedEventViewSchema> {
  const { data, edited_data: edited } = row;
  const view = { ...viewOfParked(row), data: data === null ? null : (JSON.parse(data) as unknown) };
  return edited === null ? view : { ...view, editedData: JSON.parse(edited) as unknown };
}
