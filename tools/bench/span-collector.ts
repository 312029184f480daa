import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A collector in another process, seen from here. */
export interface SpanCollector {
  readonly url: string;
  /** Spans that have arrived. */
  received(): number;
  close(): void;
}

/** Starts one on a free port. */
export async function startSpanCollector(): Promise<SpanCollector> {
  const child = fork(fileURLToPath(new URL('otlp-sink.ts', import.meta.url)));
  const [url] = (await once(child, 'message')) as [string];
  let received = 0;
  child.on('message', (spans) => {
    received = Number(spans);
  });
  return { url, received: () => received, close: () => child.disconnect() };
}
