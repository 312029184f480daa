/** Texts that a connection keeps prepared; each costs memory of the server. */
const namesMax = 400;
/** Texts seen once that are remembered; past it all of them are forgotten. */
const seenMax = 2_000;

/**
 * Which SQL texts a connection prepares under a name: those that come again. A list whose filters
 * make a text of its own is not worth a place on the server.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly seen = new Set<string>();

  /** The name of the text on this connection, undefined while it is not worth one. */
  nameOf(sql: string): string | undefined {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    if (this.names.size >= namesMax) return undefined;
    if (!this.seen.delete(sql)) {
      if (this.seen.size >= seenMax) this.seen.clear();
      this.seen.add(sql);
      return undefined;
    }
    const name = `s${this.names.size + 1}`;
    this.names.set(sql, name);
    return name;
  }
}
