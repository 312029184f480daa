import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '#shared-kernel/config/settings.js';
import { AsyncApi } from '#shared-kernel/http/asyncapi.js';
import { OpenApi } from '#shared-kernel/http/openapi.js';
import { startSignalbox } from '#start-signalbox.js';

/** What the program says of its own interfaces. */
interface InterfaceDocuments {
  readonly openApi: object;
  readonly asyncApi: object;
}

/**
 * The OpenAPI and AsyncAPI documents of the program, which is started for them on a folder of its
 * own.
 */
export async function interfaceDocuments(): Promise<InterfaceDocuments> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'signalbox-reference-'));
  const environment = {
    PORT: '0',
    HOST: '127.0.0.1',
    // The same on every machine.
    PUBLIC_URL: 'http://localhost:3000',
    DATA_FOLDER: dataFolder,
    LOG_LEVEL: 'error',
    LOG_FORMAT: 'json',
    DEMO_SOURCE: 'false',
  };
  try {
    const { app } = await startSignalbox(loadSettings(environment, '', { tty: false }));
    const openApi = app.get(OpenApi, { strict: false }).document();
    const asyncApi = app.get(AsyncApi, { strict: false }).document();
    await app.close();
    return { openApi, asyncApi };
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}
