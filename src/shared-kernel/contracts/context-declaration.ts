/**
 * What a context says of itself in `src/<context>/context.ts`. The architecture check reads it from
 * the source and holds the code to it, so it consists of literals only; the names of the relations
 * are those of Context Mapper (https://contextmapper.org/docs/language-model/).
 */
export interface ContextDeclaration {
  /** One sentence: what the context is for. */
  readonly purpose: string;
  /** Folders of the shared kernel that its modules share; what is not listed is not theirs. */
  readonly sharedKernel: readonly string[];
  /** On whom its modules lean; a module of another context is written `context/module`. */
  readonly relations: readonly ContextRelation[];
  /** Contracts whose other side is no code of ours: name of the contract, and who it is. */
  readonly external?: Readonly<Record<string, string>>;
  /** Messages that never leave the process and so may carry what JSON cannot: name, and why. */
  readonly inProcess?: Readonly<Record<string, string>>;
  /** Circles of events that are meant, and what ends them. */
  readonly eventLoops?: readonly {
    readonly events: readonly string[];
    readonly because: string;
  }[];
}

type ContextRelation = UpstreamDownstream | Partnership;

/** The downstream module uses contracts of the upstream one. */
interface UpstreamDownstream {
  readonly upstream: string;
  readonly offers: readonly ('open-host-service' | 'published-language' | 'supplier')[];
  readonly downstream: string;
  /** Null when it neither conforms nor translates nor has a say. */
  readonly takes: 'anti-corruption-layer' | 'conformist' | 'customer' | null;
  /** The folder of the downstream module in which an anti-corruption layer translates. */
  readonly translatedIn?: string;
}

/** Two modules that use contracts of each other and change together. */
interface Partnership {
  readonly partners: readonly [string, string];
}
