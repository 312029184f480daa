import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program as a process of its own, as a stranger would run it. */
export interface SignalboxProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** The first admin key. */
  readonly apiKey: string;
  readonly dataFolder: string;
  /** From spawn until it listens. */
  readonly startMs: number;
  /** Everything it wrote so far. */
  output(): string;
  /** Ends it in order, and removes the data folder if it was made here. */
  stop(): Promise<void>;
  /** Ends it as a power cut would; the data stays. */
  kill(): Promise<void>;
}

export interface ProcessOptions {
  /** Settings by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Keep using this folder; without it a temporary one is made and removed. */
  readonly dataFolder?: string;
  readonly apiKey?: string;
  /** Arguments for Node.js itself. */
  readonly nodeArguments?: readonly string[];
}

/** As `npm run start` has them. */
const startArguments = ['--max-semi-space-size=16', '--disable-warning=ExperimentalWarning'];
const startTimeoutMs = 30_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A value that BOOTSTRAP_API_KEY takes. */
export function newApiKey(): string {
  return `sbx_${randomBytes(16).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}

/**
 * Starts `dist/main.js` on a free port and waits until it listens.
 *
 * @throws Error with its output when it ends before that
 */
export async function startProcess(options: ProcessOptions = {}): Promise<SignalboxProcess> {
  const apiKey = options.apiKey ?? newApiKey();
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'signalbox-'));
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [...startArguments, ...(options.nodeArguments ?? []), 'dist/main.js'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: process.env['NODE_ENV'],
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_FORMAT: 'json',
        DEMO_SOURCE: 'false',
        DATA_FOLDER: dataFolder,
        BOOTSTRAP_API_KEY: apiKey,
        ...options.settings,
      },
    },
  );
  const chunks: string[] = [];
  const url = await listeningUrl(child, chunks);
  const startMs = performance.now() - startedAt;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    child,
    url,
    apiKey,
    dataFolder,
    startMs,
    output: () => chunks.join(''),
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

function listeningUrl(child: ChildProcess, chunks: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      child.kill('SIGKILL');
      reject(new Error(`Signalbox did not start:\n${chunks.join('')}`));
    };
    const timer = setTimeout(fail, startTimeoutMs).unref();
    const look = (chunk: Buffer): void => {
      chunks.push(chunk.toString());
      const found = /listens on http:\/\/localhost:(\d+)/.exec(chunks.join(''));
      if (found === null) return;
      clearTimeout(timer);
      child.off('exit', fail);
      child.stdout?.off('data', look);
      child.stdout?.on('data', (later: Buffer) => chunks.push(later.toString()));
      resolve(`http://127.0.0.1:${found[1]}`);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    child.once('exit', fail);
  });
}
