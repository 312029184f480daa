import { z } from 'zod';

/** Bytes in a message that stays inside the process; JSON has no form for them. */
export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, {
  error: 'must be bytes',
});
