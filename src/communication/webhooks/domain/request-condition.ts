import { z } from 'zod';
import { placeSchema } from './place.js';

export const requestConditionSchema = z
  .strictObject({
    at: placeSchema,
    equals: z.string().max(200).optional(),
    setting: z.string().max(50).optional(),
  })
  .meta({ description: 'A place that holds this text, the value of a setting, or anything.' });

export type RequestCondition = z.infer<typeof requestConditionSchema>;
