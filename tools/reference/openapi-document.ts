import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '#shared-kernel/config/settings.js';
import { OpenApi } from '#shared-kernel/http/openapi.js';
import { startSignalbox } from '#start-signalbox.js';

/** The OpenAPI document of the program, which is started for it on a folder of its own. */
export async function openApiDocument(): Promise<object> {
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
    const document = app.get(OpenApi).document();
    await app.close();
    return document;
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}
