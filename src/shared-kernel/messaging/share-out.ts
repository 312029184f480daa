/** A process that is alive, and the reactions that its version has. */
export interface LivingInstance {
  readonly id: string;
  readonly reactions: readonly string[];
}

/**
 * Which instance works which reaction: in turn, among those that have it. Every process that sees
 * the same instances comes to the same answer, so nobody has to decide for the others.
 */
export function shareOut(
  reactions: readonly string[],
  instances: readonly LivingInstance[],
): Map<string, string> {
  const byId = instances.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const shares = new Map<string, string>();
  for (const [turn, reaction] of reactions.toSorted().entries()) {
    const able = byId.filter((instance) => instance.reactions.includes(reaction));
    const chosen = able[turn % able.length];
    if (chosen !== undefined) shares.set(reaction, chosen.id);
  }
  return shares;
}
