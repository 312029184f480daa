import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadSettings } from '#shared-kernel/config/settings.js';
import { startSignalbox } from '#start-signalbox.js';
import { ApiClient } from '../../tools/support/api-client.ts';
import { newApiKey } from '../../tools/support/signalbox-process.ts';
import { databaseUrlOf, type StoreKind } from './test-store.ts';

interface RunOptions {
  /** Settings by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Keep using this folder, with the key that its first start had; stop() leaves it. */
  readonly kept?: { readonly dataFolder: string; readonly apiKey: string };
  readonly store?: StoreKind;
}

/** The whole program inside the test's own process. */
export interface TestSignalbox {
  readonly url: string;
  /** The first admin key of the operator. */
  readonly apiKey: string;
  /** Uses that key. */
  readonly api: ApiClient;
  readonly dataFolder: string;
  readonly app: NestFastifyApplication;
  /** Ends it in order, and removes the data folder unless it is to be kept. */
  stop(): Promise<void>;
}

/**
 * Starts the program in this process, so that coverage counts: free port, temporary data folder,
 * loopback allowed for outbound calls, and a log that only says what somebody must act upon.
 */
export async function runSignalbox(options: RunOptions = {}): Promise<TestSignalbox> {
  const { settings, kept } = options;
  const apiKey = kept?.apiKey ?? newApiKey();
  const dataFolder = kept?.dataFolder ?? newDataFolder();
  const databaseUrl = await databaseUrlOf(dataFolder, options.store);
  const environment = {
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    LOG_FORMAT: 'json',
    DEMO_SOURCE: 'false',
    DATA_FOLDER: dataFolder,
    BOOTSTRAP_API_KEY: apiKey,
    DISK_FREE_BYTES_MIN: '0',
    OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...settings,
  };
  const { app, port } = await startSignalbox(loadSettings(environment, '', { tty: false }));
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    apiKey,
    api: new ApiClient(url, apiKey),
    dataFolder,
    app,
    async stop() {
      await app.close();
      if (kept === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A fresh folder for data that outlives one run; the test removes it. */
export function newDataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'signalbox-test-'));
}
