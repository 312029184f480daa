/** What an API key may do; from most to least. */
export const scopes = ['admin', 'operator', 'publisher', 'viewer'] as const;

export type Scope = (typeof scopes)[number];

/** Every scope and all that it may stand in for: a closed table, so nothing is implied. */
const includedScopes: Readonly<Record<Scope, readonly Scope[]>> = {
  /** Everything, API keys among it. */
  admin: ['admin', 'operator', 'publisher', 'viewer'],
  /** Sources, rules, endpoints and whatever else makes events flow. */
  operator: ['operator', 'publisher', 'viewer'],
  /** Publishes events, and reads nothing. */
  publisher: ['publisher'],
  /** Reads, and changes nothing. */
  viewer: ['viewer'],
};

/** Whether a key of this scope may do what asks for the other one. */
export function scopeIncludes(scope: Scope, required: Scope): boolean {
  return includedScopes[scope].includes(required);
}
