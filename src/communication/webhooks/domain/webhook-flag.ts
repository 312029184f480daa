/**
 * What is unusual about a webhook that is stored all the same: its bytes are the sender's business.
 */
export type WebhookFlag = 'empty-body' | 'malformed-json' | 'unexpected-content-type';
