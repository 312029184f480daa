import { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Log } from '#shared-kernel/observability/logger.js';

/** Share of the time in which requests under way may end by themselves. */
const lingerShare = 0.5;

/** Ends the program in order when it is asked to, and in haste when that takes too long. */
export function stopOnSignals(app: INestApplication, timeoutMs: number): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    const log = app.get(Log);
    log.info({ 'event.action': 'stop' }, `stopping on ${signal}`);
    setTimeout(() => process.exit(1), timeoutMs).unref();
    // A sender that is still sending then has no acknowledgement and will send again.
    setTimeout(() => closeConnections(app), timeoutMs * lingerShare).unref();
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // State is unknown after either: the reason is written down and the process ends.
  process.on('uncaughtException', (error) => die(app, error));
  process.on('unhandledRejection', (reason) => die(app, reason));
}

function die(app: INestApplication, reason: unknown): void {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  app.get(Log).fatal({ err: error }, 'ended by an error that nobody handled');
  process.exit(1);
}

function closeConnections(app: INestApplication): void {
  const server: unknown = app.getHttpServer();
  if (server instanceof Server) server.closeAllConnections();
}
