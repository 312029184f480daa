import ts from 'typescript';
import { type HouseGraph } from './import-graph.ts';
import { type Place } from './place.ts';
import { eachNode, eachPath, type Rule, type Violation } from './rule.ts';
import { lineCount } from './source-tree.ts';

const layers = ['contracts', 'http', 'commands', 'queries', 'reactions', 'domain', 'adapters'];
const kernelFolders = [
  'domain',
  'contracts',
  'messaging',
  'persistence',
  'observability',
  'http',
  'auth',
  'config',
];
const readmeLinesMax = 25;
const kebabName = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
/** Names that say nothing of the one thing that the file or folder is about. */
const vagueName = /^(?:.*-)?(?:utils?|helpers?|common|misc|impl)$/;

/** The table of contents, and the start of the process step by step. */
const startFiles: readonly string[] = [
  'app.module.ts',
  'main.ts',
  'run.ts',
  'start-signalbox.ts',
  'stop-on-signals.ts',
  'describe-start.ts',
  'demo-source.ts',
];

export const layoutRules: readonly Rule[] = [
  {
    id: 'no-barrel-files',
    sentence: 'There is no index.ts: every import names the file that has the thing.',
    why: 'Barrels make cycles and load whole modules where one file was meant.',
    mend: 'Delete the file and import from the files that it gathered.',
    check: eachPath((path) => (path.endsWith('/index.ts') ? 'is a barrel' : null)),
  },
  {
    id: 'no-star-exports',
    sentence: 'No file exports everything of another (`export *`).',
    why: 'Nobody sees any more what a file offers, and names collide unseen.',
    mend: 'Import from the file that has the thing.',
    check: eachNode(
      ({ code }) => code,
      (node) =>
        ts.isExportDeclaration(node) && !(node.exportClause && ts.isNamedExports(node.exportClause))
          ? node.getText()
          : null,
    ),
  },
  {
    id: 'folders-from-the-list',
    sentence:
      'src holds app.module.ts, the files of the start, contexts (context.ts and modules) and the ' +
      'kernel; a module holds x.module.ts, ' +
      `README.md, errors.ts and ${layers.join(', ')}; the kernel ${kernelFolders.join(', ')}.`,
    why: 'The same folders everywhere are how a newcomer finds a line within a minute.',
    mend: 'Put the file into the folder whose role it has; a sub-folder inside that is free.',
    check: eachPath(folderFault),
  },
  {
    id: 'file-names',
    sentence:
      'A file is named after its one thing in kebab-case, role last; no utils, no services.',
    why: '`ls` is the first page of the documentation.',
    mend: 'Name what it does: receive-webhook.ts, webhook-received.event.ts, retry-policy.ts.',
    check: eachPath(nameFault),
  },
  {
    id: 'module-readme',
    sentence: `Every module has a README.md of at most ${readmeLinesMax} lines.`,
    why: 'Who opens a module wants its purpose and words before its code.',
    mend: 'Write what it does, its words, messages in and out; more belongs to docs/.',
    check: readmes,
  },
];

function folderFault(path: string, place: Place): string | null {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.unit\.spec\.ts$/, '.ts');
  switch (place.kind) {
    case 'app':
      return startFiles.includes(file) ? null : 'stands beside main.ts';
    case 'context':
      return file === 'context.ts' ? null : 'stands in a context, outside of its modules';
    case 'kernel':
      // Wiring of the whole kernel may stand at its top.
      if (place.folder === '') return file.endsWith('.module.ts') ? null : 'stands in no folder';
      return kernelFolders.includes(place.folder) ? null : `${place.folder}/ is not on the list`;
    case 'module':
      return moduleFileFault(file, place);
    case 'outside':
      return null;
  }
}

function moduleFileFault(file: string, place: Place & { kind: 'module' }): string | null {
  if (place.layer === 'errors' || file === 'errors.ts') return null;
  if (place.layer === 'wiring' || file.endsWith('.module.ts')) {
    const expected = `${place.unit.slice(place.unit.lastIndexOf('/') + 1)}.module.ts`;
    return file === expected ? null : `should be ${expected}`;
  }
  return layers.includes(place.layer) ? null : `${place.layer} is not on the list`;
}

function nameFault(path: string): string | null {
  const [, ...names] = path.replace(/\.ts$/, '').split('/');
  const file = names.at(-1) ?? '';
  if (file.endsWith('.service')) return 'is a *.service.ts: say what it does';
  const unclear = names.find((name) => vagueName.test(name.split('.')[0] ?? ''));
  if (unclear !== undefined) return `${unclear} says nothing about its one thing`;
  const unkempt = names.find((name) => !kebabName.test(name));
  return unkempt === undefined ? null : `${unkempt} is not kebab-case`;
}

function readmes({ code, tree }: HouseGraph): Violation[] {
  return code.flatMap(({ path, place }) => {
    if (place.kind !== 'module' || place.layer !== 'wiring') return [];
    const file = `${place.unit}/README.md`;
    const text = tree.get(file);
    if (text === undefined) return [{ file: path, line: 1, found: `${file} is missing` }];
    const lines = lineCount(text);
    if (lines <= readmeLinesMax) return [];
    return [{ file, line: readmeLinesMax + 1, found: `has ${lines} lines` }];
  });
}
