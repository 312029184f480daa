/** Why a request is refused before anybody looks at its signature. */
export type RefusalReason = 'address-not-allowed' | 'paused' | 'body-too-large' | 'rate-limited';
