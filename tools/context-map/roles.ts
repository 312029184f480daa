/** Abbreviations of the roles, as Context Mapper and the DDD literature write them. */
const abbreviations: Readonly<Record<string, string>> = {
  'open-host-service': 'OHS',
  'published-language': 'PL',
  supplier: 'S',
  'anti-corruption-layer': 'ACL',
  conformist: 'CF',
  customer: 'C',
};

/** `U,OHS,PL`: the side and its roles. */
export function rolesOf(side: 'U' | 'D', roles: readonly (string | null)[]): string {
  const known = roles.flatMap((role) => (role === null ? [] : [abbreviations[role] ?? role]));
  return [side, ...known].join(',');
}
