import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { WorkerCommit, WorkerReply, WorkerRequest, WorkerWrite } from './sqlite-protocol.js';

/** What Jest gives an ES module, as far as it is used here; its types lack the mock of modules. */
interface JestOfModules {
  resetModules(): void;
  unstable_mockModule(name: string, factory: () => unknown): void;
}

/*
 * The thread's code in this thread, with a real port and a real database: the rare paths can be
 * driven by the message. What the thread does as a thread is tested with the store.
 */
describe('the code of a database thread', () => {
  const { jest } = import.meta as unknown as { jest: JestOfModules };
  let folder: string;
  let file: string;
  let ports: MessagePort[];

  const start = async (role: 'writer' | 'reader', pagesMax = 0) => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    jest.resetModules();
    jest.unstable_mockModule('node:worker_threads', () => ({
      parentPort: port2,
      workerData: { file, role, pagesMax },
      receiveMessageOnPort,
    }));
    await import('./sqlite-worker.js');
    return async (...requests: WorkerRequest[]): Promise<WorkerReply> => {
      const reply = once(port1, 'message');
      for (const request of requests) port1.postMessage(request);
      const [message] = (await reply) as [WorkerReply];
      return message;
    };
  };
  const commit = (id: number, ...writes: WorkerWrite[]): WorkerCommit => ({ id, writes });
  const commits = (statements: [number, string][], ...list: WorkerCommit[]): WorkerRequest => ({
    kind: 'commit',
    statements,
    commits: list,
  });
  const createTable: [number, string] = [1, 'CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)'];
  const insert: [number, string] = [2, 'INSERT INTO t VALUES (?, ?)'];
  const add = (id: number, bytes = 1): WorkerWrite => [
    2,
    [id, new Uint8Array(bytes)],
    'absent',
    'is-new',
    false,
  ];
  const create: WorkerWrite = [1, [], 'any', '', false];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-worker-'));
    file = join(folder, 'test.db');
    ports = [];
  });
  afterEach(() => {
    for (const port of ports) port.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers all commits that wait in one message, in their order', async () => {
    const ask = await start('writer');
    const reply = await ask(
      commits([createTable, insert], commit(7, create)),
      commits([], commit(8, add(1)), commit(9, add(1))),
      commits([[3, 'SELECT id FROM t']], commit(10, [3, [], 'any', '', true])),
    );
    expect(reply).toMatchObject({
      kind: 'committed',
      outcomes: [
        [7, { kind: 'committed', rows: [[]] }],
        [8, { kind: 'committed' }],
        [9, { kind: 'conflict', conflict: 'is-new' }],
        [10, { kind: 'committed', rows: [[{ id: 1 }]] }],
      ],
    });
  });

  it('fails a statement that was never sent', async () => {
    const ask = await start('writer');
    const reply = await ask(commits([], commit(1, [99, [], 'one-row', 'x', false])));
    expect(reply).toMatchObject({
      outcomes: [[1, { kind: 'failed', errcode: 0, message: 'statement 99 was never sent' }]],
    });
  });

  it('fails only who filled the disk, again and again while it is full', async () => {
    const ask = await start('writer', 20);
    await ask(commits([createTable, insert], commit(1, create)));
    const huge = 200_000;
    const list = [commit(2, add(1)), commit(3, add(2, huge)), commit(4, add(3))];
    expect(await ask(commits([], ...list))).toMatchObject({
      outcomes: [
        [2, { kind: 'committed' }],
        [3, { kind: 'failed', errcode: 13 }],
        [4, { kind: 'committed' }],
      ],
    });
    const many = Array.from({ length: 9 }, (_, index) => commit(index, add(10 + index, huge)));
    const reply = await ask(commits([], ...many, commit(50, add(50))));
    expect(reply).toMatchObject({
      outcomes: expect.arrayContaining([
        [50, { kind: 'failed', errcode: 13, message: expect.any(String) }],
      ]),
    });
  });

  it('fails a whole group when the database is locked for too long, and works afterwards', async () => {
    const ask = await start('writer');
    await ask(
      commits([createTable, insert, [3, 'PRAGMA busy_timeout = 1']], commit(1, create)),
      commits([], commit(2, [3, [], 'any', '', true])),
    );
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await ask(commits([], commit(3, add(1)), commit(4, add(2))))).toMatchObject({
      outcomes: [
        [3, { kind: 'failed', errcode: 5 }],
        [4, { kind: 'failed', errcode: 5 }],
      ],
    });
    other.exec('ROLLBACK');
    other.close();
    expect(await ask(commits([], commit(5, add(1))))).toMatchObject({
      outcomes: [[5, { kind: 'committed' }]],
    });
  });

  it('undoes a group whose deferred rule breaks at its end', async () => {
    const ask = await start('writer');
    const child: [number, string] = [
      3,
      'CREATE TABLE c (t INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)',
    ];
    await ask(commits([createTable, insert, child], commit(1, create, [3, [], 'any', '', false])));
    const orphan: WorkerWrite = [4, [], 'any', '', false];
    const reply = await ask(
      commits([[4, 'INSERT INTO c VALUES (5)']], commit(2, add(1)), commit(3, orphan)),
    );
    expect(reply).toMatchObject({
      outcomes: [
        [2, { kind: 'failed' }],
        [3, { kind: 'failed' }],
      ],
    });
  });

  it('reads in a connection that cannot write', async () => {
    const write = await start('writer');
    await write(commits([createTable, insert], commit(1, create, add(4))));
    const read = await start('reader');
    const select = (sql: string, id: number): WorkerRequest => ({
      kind: 'read',
      statements: [[id, sql]],
      id,
      statement: id,
      parameters: [],
    });
    expect(await read(select('SELECT id FROM t', 1))).toEqual({
      kind: 'rows',
      id: 1,
      rows: [{ id: 4 }],
    });
    expect(await read(select('DELETE FROM t', 2))).toMatchObject({
      kind: 'read-failed',
      outcome: { errcode: 8 },
    });
  });

  it('refuses to run as anything but a thread', async () => {
    jest.resetModules();
    jest.unstable_mockModule('node:worker_threads', () => ({
      parentPort: null,
      workerData: { file, role: 'writer', pagesMax: 0 },
      receiveMessageOnPort,
    }));
    await expect(import('./sqlite-worker.js')).rejects.toThrow('as a worker thread only');
  });
});
