import { contractImports, declaredIn, relationFor } from '../architecture/declared.ts';
import { type House } from '../architecture/house.ts';
import { type Message } from '../architecture/model/messages.ts';
import { type NestModule } from '../architecture/model/nest-modules.ts';

/** A module of a context. */
export interface MapModule {
  /** `context/module` */
  readonly id: string;
  readonly context: string;
  readonly name: string;
  /** What it is for: the first paragraph of its README. */
  readonly purpose: string;
  /** Folders of the shared kernel that it uses. */
  readonly sharedKernel: readonly string[];
}

/** A contract in use, and how the downstream module uses it. */
export interface MapContract {
  readonly kind: Message['kind'];
  readonly name: string;
  readonly version: number;
  /** `knows` when it only reads the form. */
  readonly use: 'reacts to' | 'asks' | 'commands' | 'knows';
}

/** A relation with the contracts that the code uses over it. */
export interface MapRelation {
  readonly kind: 'upstream-downstream' | 'partnership';
  readonly upstream: string;
  readonly downstream: string;
  readonly offers: readonly string[];
  readonly takes: string | null;
  readonly translatedIn: string | null;
  readonly contracts: readonly MapContract[];
}

interface MapContext {
  readonly name: string;
  readonly purpose: string;
  readonly external: Readonly<Record<string, string>>;
  readonly eventLoops: readonly { readonly events: readonly string[]; readonly because: string }[];
}

/** Who depends on whom, over what: drawn from the code, with the roles that are declared. */
export interface ContextMap {
  readonly contexts: readonly MapContext[];
  readonly modules: readonly MapModule[];
  readonly relations: readonly MapRelation[];
  /** What the application itself sends to modules at its start. */
  readonly application: readonly (MapContract & { readonly upstream: string })[];
}

/** Draws the map of a program that keeps the rules. */
export function contextMap(house: House): ContextMap {
  return {
    contexts: house.contexts.map(({ context }) => {
      const declared = declaredIn(house, context);
      return {
        name: context,
        purpose: declared?.purpose ?? '',
        external: declared?.external ?? {},
        eventLoops: declared?.eventLoops ?? [],
      };
    }),
    modules: contextModules(house).map((module) => moduleOf(house, module)),
    relations: house.contexts.flatMap((reading) =>
      reading.relations.map(({ file: _file, line: _line, ...relation }) => ({
        ...relation,
        contracts: contractsBetween(house, relation.upstream, relation.downstream),
      })),
    ),
    application: house.uses.flatMap(({ kind, message, unit }) =>
      kind === 'sends' && unit.place.kind === 'app'
        ? [{ ...contractOf(house, message, 'src'), upstream: homeOf(message) }]
        : [],
    ),
  };
}

/** Nest's modules of the contexts, in the order of their paths. */
export function contextModules({ modules }: House): NestModule[] {
  return modules.filter(({ unit }) => unit.place.kind === 'module');
}

/** `context/module` of the folder of a module. */
export function moduleId(folder: string): string {
  return folder.slice('src/'.length);
}

/** A message as the module in `folder` uses it. */
function contractOf(house: House, message: Message, folder: string): MapContract {
  const { kind, name, version, declared } = message;
  const reacts = house.handlers.some(
    (handler) =>
      handler.declared.unit.place.unit === folder &&
      handler.handles.some(({ id }) => id === declared.id),
  );
  const sends = house.uses.some(
    (use) => use.message === message && use.kind === 'sends' && use.unit.place.unit === folder,
  );
  const sent = kind === 'query' ? 'asks' : 'commands';
  return { kind, name, version, use: reacts ? 'reacts to' : sends ? sent : 'knows' };
}

function moduleOf({ code, tree }: House, { unit }: NestModule): MapModule {
  const folder = unit.place.unit;
  const id = moduleId(folder);
  const [context = '', name = ''] = id.split('/');
  const targets = code
    .filter(({ place }) => place.unit === folder)
    .flatMap(({ imports }) => imports.map(({ target }) => target?.split('/') ?? []));
  const folders = targets.flatMap(([, top, inside]) =>
    top === 'shared-kernel' && inside !== undefined ? [inside] : [],
  );
  return {
    id,
    context,
    name,
    purpose: firstParagraph(tree.get(`${folder}/README.md`) ?? ''),
    sharedKernel: [...new Set(folders)].sort(),
  };
}

function contractsBetween(house: House, upstream: string, downstream: string): MapContract[] {
  const files = new Set(
    contractImports(house)
      .filter((use) => use.upstream === upstream && use.downstream === downstream)
      .filter((use) => relationFor(house, use) !== undefined)
      .map(({ target }) => target),
  );
  return house.messages
    .filter(({ declared }) => files.has(declared.unit.path))
    .map((message) => contractOf(house, message, `src/${downstream}`));
}

function homeOf({ declared }: Message): string {
  return moduleId(declared.unit.place.unit);
}

function firstParagraph(markdown: string): string {
  const paragraph = markdown.split(/\n\s*\n/).find((part) => !part.trim().startsWith('#'));
  return (paragraph ?? '').trim().replace(/\s*\n\s*/g, ' ');
}
