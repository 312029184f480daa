import { equalTexts } from './equal-texts.js';
import { textAt } from './read-place.js';
import type { RequestCondition } from './request-condition.js';
import type { RequestReader } from './request-reader.js';

/** Whether a place of the request holds what it must; an empty text is never enough. */
export function conditionHolds(
  condition: RequestCondition,
  request: RequestReader,
  settings: Readonly<Record<string, unknown>> | null,
): boolean {
  const text = textAt(condition.at, request);
  if (text === undefined || text === '') return false;
  if (condition.setting !== undefined) {
    const wanted = settings?.[condition.setting];
    return typeof wanted === 'string' && wanted !== '' && equalTexts(text, wanted);
  }
  return condition.equals === undefined || text === condition.equals;
}
