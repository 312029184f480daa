/**
 * Records what an outside library says about the messages of a provider, for libraries that are too
 * large to be installed with this program: `node tools/providers/record-vectors.ts line`.
 *
 * Fetches the newest version into a temporary folder, signs messages with it (or by the documented
 * recipe), changes them in ways that a seed decides, asks the library about each, and writes
 * `test/providers/vectors/<provider>.json`. `--modules FOLDER` takes packages that are there already.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { carrierRecorders } from './carrier-recorders.ts';
import { followerRecorders } from './follower-recorders.ts';
import { arrived, hookAddress, type Message, signedAtMs } from './message.ts';
import { financeRecorders } from './finance-recorders.ts';
import { developerRecorders } from './developer-recorders.ts';
import { keyPairRecorders } from './key-pair-recorders.ts';
import { mutations } from './mutations.ts';
import { otherRecorders } from './other-recorders.ts';
import { platformRecorders } from './platform-recorders.ts';
import type { Library, Recorder } from './recorder.ts';
import { sdkRecorders } from './sdk-recorders.ts';
import { startClock, stopClock } from './stopped-clock.ts';
import { difference, type RecordedCase, type Vectors, writtenMessage } from './vectors.ts';

const casesPerProvider = 60;
const seed = 20_261_122;
const recorders = [
  ...sdkRecorders,
  ...keyPairRecorders,
  ...otherRecorders,
  ...financeRecorders,
  ...developerRecorders,
  ...platformRecorders,
  ...carrierRecorders,
  ...followerRecorders,
];

async function record(recorder: Recorder, library: Library, version: string): Promise<Vectors> {
  const messages: Message[] = [];
  stopClock(signedAtMs);
  for (const body of recorder.bodies) {
    const draft = { url: hookAddress, body: Buffer.from(body), nowMs: signedAtMs };
    messages.push(await recorder.sign(library, draft));
  }
  const { provider, signs, secret, otherSecret, settings, remoteKeys } = recorder;
  const cases = await recordCases(recorder, library, messages);
  return {
    provider,
    package: recorder.package,
    version,
    signs,
    secret,
    otherSecret,
    ...(settings && { settings }),
    ...(remoteKeys && { remoteKeys }),
    nowMs: signedAtMs,
    messages: messages.map(writtenMessage),
    cases,
  };
}

async function recordCases(recorder: Recorder, library: Library, messages: readonly Message[]) {
  const names = Object.keys(messages[0]?.headers ?? {});
  const changes = fc.sample(mutations(names.length === 0 ? ['x-absent'] : names), {
    seed,
    numRuns: casesPerProvider,
  });
  const cases: RecordedCase[] = [];
  for (const [of, message] of messages.entries()) {
    cases.push({ of, kind: 'as signed', accepted: await verdict(recorder, library, message) });
  }
  for (const [index, mutation] of changes.entries()) {
    const of = index % messages.length;
    const first = messages[of] as Message;
    const changed = arrived(mutation.apply(first));
    const { laterMs = 0, otherSecret } = mutation;
    stopClock(signedAtMs + laterMs);
    cases.push({
      of,
      kind: mutation.kind,
      ...(laterMs !== 0 && { laterMs }),
      ...(otherSecret && { otherSecret }),
      ...difference(writtenMessage(first), writtenMessage(changed)),
      accepted: await verdict(recorder, library, changed, otherSecret),
    });
  }
  startClock();
  return cases;
}

async function verdict(
  { accepts, secret, otherSecret }: Recorder,
  library: Library,
  message: Message,
  isOther?: true,
): Promise<boolean> {
  try {
    return (await accepts(library, message, isOther ? otherSecret : secret)) === true;
  } catch {
    return false;
  }
}

/** The folder whose `node_modules` holds the package. */
function fetched({ package: name, alone }: Recorder, folder: string): string {
  const options = { cwd: folder, stdio: 'pipe' } as const;
  if (alone) {
    const [archive = ''] = String(execFileSync('npm', ['pack', name], options))
      .trim()
      .split('\n')
      .slice(-1);
    const target = join(folder, 'node_modules', name);
    execFileSync('mkdir', ['-p', target]);
    execFileSync('tar', ['xzf', archive, '-C', target, '--strip-components=1'], options);
    return folder;
  }
  writeFileSync(join(folder, 'package.json'), '{}');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', name], options);
  return folder;
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { modules: { type: 'string' } },
  });
  const wanted = recorders.filter(({ provider }) => positionals.includes(provider));
  if (wanted.length === 0) {
    console.error(`Say which: ${recorders.map(({ provider }) => provider).join(' ')}`);
    process.exitCode = 2;
  }
  for (const recorder of wanted) {
    const temporary = values.modules === undefined ? mkdtempSync(join(tmpdir(), 'vectors-')) : null;
    const folder = temporary === null ? String(values.modules) : fetched(recorder, temporary);
    const load = createRequire(join(folder, 'record.js'));
    const about = join(folder, 'node_modules', recorder.package, 'package.json');
    const { version } = JSON.parse(readFileSync(about, 'utf8')) as { version: string };
    // A path to the file itself reaches what a package does not export.
    const path = recorder.file && join(folder, 'node_modules', recorder.file);
    const library = load(path ?? recorder.package) as Library;
    const vectors = await record(recorder, library, version);
    const file = join(
      import.meta.dirname,
      `../../test/providers/vectors/${recorder.provider}.json`,
    );
    writeFileSync(file, `${JSON.stringify(vectors, null, 1)}\n`);
    const accepted = vectors.cases.filter((one) => one.accepted).length;
    console.log(`${recorder.provider}: ${accepted} of ${vectors.cases.length} accepted`);
    if (temporary !== null) rmSync(temporary, { recursive: true });
  }
}

await main();
