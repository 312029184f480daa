/**
 * What is unusual about the content of a webhook that is stored all the same: its bytes are the
 * sender's business.
 */
export type ContentFlag = 'empty-body' | 'malformed-json' | 'unexpected-content-type';

/**
 * What is unusual about a webhook: `released` came from quarantine, `unverified` by the word of an
 * administrator only.
 */
export type WebhookFlag = ContentFlag | 'released' | 'unverified';

/** Whether a flag is about the content, which is all that the event tells of. */
export function isContentFlag(flag: WebhookFlag): flag is ContentFlag {
  return flag !== 'released' && flag !== 'unverified';
}
