import { type HouseGraph } from './import-graph.ts';
import { eachImport, type PlacedImport, type Rule } from './rule.ts';

/** What the files of a layer may import; every list is complete: what is not named is refused. */
interface Diet {
  /** Layers of the own module. */
  readonly own: readonly string[];
  /** Folders of the kernel. */
  readonly kernel: readonly string[];
  /** Folders of the kernel of which only types may be used. */
  readonly kernelTypes?: readonly string[];
  readonly foreignContracts: boolean;
  readonly packages: readonly string[];
}

const kernelForMessages = [
  'domain',
  'contracts',
  'messaging',
  'persistence',
  'observability',
  'auth',
  'config',
];

const contractDiet: Diet = {
  own: ['contracts', 'errors'],
  kernel: [...kernelForMessages, 'http'],
  foreignContracts: false,
  packages: ['zod'],
};

const domainDiet: Diet = {
  own: ['domain', 'errors'],
  kernel: ['domain'],
  // Ports speak of the writes that they compile: the shape of a write is no I/O.
  kernelTypes: ['persistence', 'messaging'],
  foreignContracts: false,
  packages: ['zod', 'liquidjs', 'ipaddr.js', 'node:crypto', 'node:buffer', 'node:zlib'],
};

const handlerDiet: Diet = {
  own: ['commands', 'queries', 'reactions', 'domain', 'contracts', 'errors'],
  kernel: kernelForMessages,
  foreignContracts: true,
  packages: ['@nestjs/common', '@nestjs/cqrs', 'zod', 'node:crypto', 'node:buffer'],
};

/** Queries go straight to storage, so they alone may compile statements. */
const queryDiet: Diet = { ...handlerDiet, packages: [...handlerDiet.packages, 'kysely'] };

const errorDiet: Diet = {
  own: ['domain'],
  kernel: ['domain'],
  foreignContracts: false,
  packages: [],
};

export const layerRules: readonly Rule[] = [
  {
    id: 'contracts-import-kernel-and-zod',
    sentence: 'contracts/ import only the kernel and zod.',
    why: 'Whoever imports a contract would import the inside of its module too.',
    mend: 'Declare the shape in the contract itself; the domain may import nothing of it either.',
    check: keepsDiet(contractDiet, 'contracts'),
  },
  {
    id: 'domain-is-pure',
    sentence:
      'domain/ never imports Nest, I/O, contracts, adapters, http: only own domain and errors, ' +
      'kernel domain, types of persistence and messaging, and pure packages.',
    why: 'Rules without I/O are tested in microseconds and read without a framework.',
    mend: 'Declare a port as an abstract class in domain/ and implement it in adapters/.',
    check: keepsDiet(domainDiet, 'domain'),
  },
  {
    id: 'handlers-only-decide',
    sentence:
      'commands/, queries/ and reactions/ use own domain, contracts and errors, contracts of ' +
      'others and the kernel, never http, adapters or SDKs.',
    why: 'A handler that knows protocols or SDKs cannot be run again on fresh reads.',
    mend: 'Use a port of the domain; protocol belongs to http/, SDKs to adapters/.',
    check: (graph) => [
      ...keepsDiet(handlerDiet, 'commands', 'reactions')(graph),
      ...keepsDiet(queryDiet, 'queries')(graph),
    ],
  },
  {
    id: 'http-speaks-messages',
    sentence: 'http/ never imports domain or adapters: protocol in, message out.',
    why: 'Else rules grow in controllers, where no other way in finds them.',
    mend: 'Send a command or a query; what the answer needs stands in its result.',
    check: eachImport(
      inLayers('http'),
      ownLayersRefused('domain', 'adapters', 'reactions', 'wiring'),
    ),
  },
  {
    id: 'adapters-call-no-handlers',
    sentence: 'adapters/ never import commands or http.',
    why: 'An adapter is called; when it calls back, the flow of a request is a circle.',
    mend: 'Let the handler call the adapter through its port, or move the shared type to domain/.',
    check: eachImport(inLayers('adapters'), ownLayersRefused('commands', 'http', 'wiring')),
  },
  {
    id: 'errors-stand-alone',
    sentence: 'errors.ts imports only kernel domain and own domain, since every layer imports it.',
    why: 'Every layer imports the catalogue, so what it imports every layer imports.',
    mend: 'Keep the catalogue to codes, titles and remedies.',
    check: keepsDiet(errorDiet, 'errors'),
  },
];

function inLayers(...layers: readonly string[]) {
  return ({ code }: HouseGraph) =>
    code.filter(({ place }) => place.kind === 'module' && layers.includes(place.layer));
}

function ownLayersRefused(...layers: readonly string[]) {
  return ({ from, edge, to }: PlacedImport): string | null =>
    to?.kind === 'module' && to.unit === from.unit && layers.includes(to.layer)
      ? `imports ${edge.specifier}, which is ${to.layer}`
      : null;
}

function keepsDiet(diet: Diet, ...layers: readonly string[]): Rule['check'] {
  return eachImport(inLayers(...layers), (placed) =>
    isAllowed(diet, placed) ? null : `imports ${placed.edge.specifier}`,
  );
}

function isAllowed(diet: Diet, { from, edge, to }: PlacedImport): boolean {
  if (to === null) return diet.packages.includes(edge.package);
  if (to.kind === 'kernel') {
    const isTypeAllowed = edge.typeOnly && diet.kernelTypes?.includes(to.folder) === true;
    return isTypeAllowed || diet.kernel.includes(to.folder);
  }
  if (to.unit === from.unit && to.kind === 'module') return diet.own.includes(to.layer);
  // All else of others is the business of the border rules: one fault, one report.
  return diet.foreignContracts || !(to.kind === 'module' && to.layer === 'contracts');
}
