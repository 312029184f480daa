import { Store } from '#shared-kernel/persistence/store.js';
import { communication } from '#communication/context.js';
import { type House, readHouse } from '../../tools/architecture/house.ts';
import { readTree } from '../../tools/architecture/source-tree.ts';
import { constructorOf } from '../../tools/architecture/model/constructors.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { readContainer } from './running-model.ts';

let signalbox: TestSignalbox;
let running: ReturnType<typeof readContainer>;
let house: House;

beforeAll(async () => {
  signalbox = await runSignalbox();
  running = readContainer(signalbox.app);
  house = readHouse(readTree(process.cwd()));
});

afterAll(() => signalbox.stop());

/** A token as Nest writes it: the class's name, or what the constant holds. */
function nameOf(id: string | null): string {
  const { symbols } = house;
  const name = id?.slice(id.indexOf('#') + 1) ?? '';
  return symbols.constant(id)?.value.getText().replaceAll("'", '') ?? name;
}

const sortedNames = (ids: readonly { readonly id: string }[]) =>
  ids.map(({ id }) => nameOf(id)).sort();
const ours = () => new Set(house.modules.map(({ name }) => name));

describe('the model that is read from the source, held to the running program', () => {
  it('has the same modules, global or not, with the same imports and exports', () => {
    const known = ours();
    const read = house.modules.map(({ name, globalLine, imports, exports }) => ({
      name,
      isGlobal: globalLine !== null,
      imports: sortedNames(imports).filter((one) => known.has(one)),
      exports: sortedNames(exports),
    }));
    const globals = new Set(running.modules.flatMap((one) => (one.isGlobal ? [one.name] : [])));
    const run = running.modules
      .filter(({ name }) => known.has(name))
      .map(({ name, isGlobal, imports, exports }) => ({
        name,
        isGlobal,
        // Every module is handed the global ones, whether it names them or not.
        imports: imports.filter(
          (one) => known.has(one) && (isNamed(name, one) || !globals.has(one)),
        ),
        exports,
      }));
    expect(byName(run)).toEqual(byName(read));
    expect(run.length).toBeGreaterThan(9);
  });

  it('has the same providers and controllers in each', () => {
    const read = house.modules.map(({ name, providers, controllers }) => ({
      name,
      providers: providers.map(({ token }) => nameOf(token)).sort(),
      controllers: sortedNames(controllers),
    }));
    const known = ours();
    const run = running.modules
      .filter(({ name }) => known.has(name))
      .map(({ name, providers, controllers }) => ({ name, providers, controllers }));
    expect(byName(run)).toEqual(byName(read));
  });

  it('has the same injections into every class', () => {
    const classes = new Map(house.classes.map((declared) => [declared.id, declared]));
    const made = house.modules.flatMap(({ providers, controllers }) => [
      ...providers.flatMap(({ how, uses }) => (how === 'class' && uses ? [uses] : [])),
      ...controllers.map(({ id }) => id),
    ]);
    // Nest hands in what an alias (`useExisting`) stands for.
    const aliases = new Map(
      house.modules.flatMap(({ providers }) =>
        providers.flatMap(({ how, token, uses }) => (how === 'existing' ? [[token, uses]] : [])),
      ) as [string, string][],
    );
    const run = new Map(running.classes.map((one) => [one.name, one.injects]));
    expect(made.length).toBeGreaterThan(70);
    for (const id of made) {
      // What has no token is optional and left out.
      const injects = constructorOf(classes.get(id), classes).flatMap(({ token }) =>
        token === null ? [] : [nameOf(aliases.get(token) ?? token)],
      );
      expect([id, run.get(nameOf(id))]).toEqual([id, injects]);
    }
  });

  it('has the same handlers of the same contracts, reactions and due work', () => {
    const messages = new Map(house.messages.map((message) => [message.declared.id, message]));
    const read = house.handlers.map(({ kind, declared, handles, reaction, effect }) => ({
      name: declared.name,
      kind,
      handles: handles
        .map(({ id }) => messages.get(id))
        .map((message) => `${message?.kind} ${message?.name} ${message?.version}`)
        .sort(),
      id: reaction?.id ?? '',
      effect,
    }));
    expect(byName(running.handlers)).toEqual(byName(read));
  });

  it('has the same tables as the database', async () => {
    const sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    const rows = await signalbox.app.get(Store).list<{ name: string }>({ sql, parameters: [] });
    const made = new Set(house.tables.map(({ table }) => table));
    expect(rows.map(({ name }) => name).sort()).toEqual([...made].sort());
  });

  it('reads of a declaration what the program would say', () => {
    const [read] = house.contexts.filter(({ context }) => context === 'communication');
    expect(read?.declaration).toMatchObject(communication);
  });
});

describe('the running program', () => {
  it('hands no provider of a context to another module', () => {
    const contexts = new Set(
      house.modules.filter(({ unit }) => unit.place.kind === 'module').map(({ name }) => name),
    );
    const across = running.classes.flatMap(({ name, module, injects, from }) =>
      from.flatMap((host, at) =>
        contexts.has(host) && host !== module ? [`${name} is handed ${injects[at]}`] : [],
      ),
    );
    expect(across).toEqual([]);
    expect(running.classes.flatMap(({ from }) => from)).toContain('DeliveriesModule');
  });
});

function isNamed(module: string, imported: string): boolean {
  const found = house.modules.find(({ name }) => name === module);
  return found?.imports.some(({ id }) => nameOf(id) === imported) ?? false;
}

function byName<One extends { readonly name: string }>(all: readonly One[]): One[] {
  return [...all].sort((one, other) => (one.name < other.name ? -1 : 1));
}
