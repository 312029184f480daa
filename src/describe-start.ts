import type { RunningSignalbox } from './start-signalbox.js';

/** What a person reads first: where it listens, and on the first start how to begin. */
export function describeStart(running: Omit<RunningSignalbox, 'app'>): string {
  const { url, firstKey, demoSource } = running;
  const lines = ['', `  Signalbox listens on ${url}`, `  API reference      ${url}/docs`];
  if (firstKey !== null) {
    lines.push(`  First admin key    ${firstKey}   (shown once, keep it)`);
  }
  if (demoSource !== null) {
    lines.push('', '  Send a signed sample to the demo source:', '', `  ${demoSource.curl}`);
    lines.push('', '  and see it:', '');
    const key = firstKey ?? '$BOOTSTRAP_API_KEY';
    lines.push(`  curl -H "authorization: Bearer ${key}" ${url}/v1/events`);
  }
  return [...lines, ''].join('\n');
}
