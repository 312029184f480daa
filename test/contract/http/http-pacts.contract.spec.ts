import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Verifier, type VerifierOptions } from '@pact-foundation/pact';
import { sourceSecret } from '../../support/factories.ts';
import { runSignalbox, type TestSignalbox } from '../../support/running-signalbox.ts';
import { cliPacts } from './cli-pacts.ts';
import { clientPacts } from './client-pacts.ts';
import { agree, providerName } from './http-pact.ts';
import { providerStates } from './provider-states.ts';
import { startSpoilingProxy } from './spoiling-proxy.ts';

// The package would otherwise report its use to its makers.
process.env['PACT_DO_NOT_TRACK'] = 'true';

const pacts = [...cliPacts, ...clientPacts];
const verifyTimeoutMs = 60_000;

/** What of a request the verifier lets us change before the program sees it. */
interface ProxiedRequest {
  readonly path: string;
  readonly headers: Record<string, string | undefined>;
  readonly body: unknown;
}

describe('HTTP pacts between the clients that we ship and the running program', () => {
  let folder = '';
  let signalbox: TestSignalbox;
  let provider: Awaited<ReturnType<typeof providerStates>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-http-pacts-'));
    signalbox = await runSignalbox();
    provider = await providerStates(signalbox);
  });
  afterAll(async () => {
    await provider.close();
    await signalbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Asks the server at this address to keep the pacts of these clients. */
  const verify = async (consumers: readonly string[], providerBaseUrl: string) => {
    const faults: unknown[] = [];
    const verifier = new Verifier({
      provider: providerName,
      providerBaseUrl,
      pactUrls: consumers.map((consumer) => join(folder, `${consumer}-${providerName}.json`)),
      stateHandlers: toldOfFaults(provider.states, faults),
      requestFilter(request: ProxiedRequest, _response: unknown, next: () => void) {
        complete(request, signalbox.apiKey);
        next();
      },
      logLevel: 'error',
    });
    await verifier.verifyProvider().finally(() => expect(faults).toEqual([]));
  };

  it.each(pacts)('$consumer $title', (pact) => agree(pact, folder));

  it(
    'the program keeps all of them',
    async () => {
      const consumers = [...new Set(pacts.map(({ consumer }) => consumer))];
      expect(readdirSync(folder)).toHaveLength(consumers.length);
      await verify(consumers, signalbox.url);
    },
    verifyTimeoutMs,
  );

  it(
    'a program that answers without what a client reads does not',
    async () => {
      const spoilt = await startSpoilingProxy(signalbox.url, (body) =>
        body.replace('"eventId"', '"event"'),
      );
      try {
        await expect(verify(['webhook-sender'], spoilt.url)).rejects.toThrow(
          'Actual map is missing the following keys: eventId',
        );
      } finally {
        // Left open it would keep a failed run from ending.
        await spoilt.close();
      }
    },
    verifyTimeoutMs,
  );
});

/** Pact only prints what a state throws, and asks the program all the same. */
function toldOfFaults<States extends Readonly<Record<string, () => Promise<object>>>>(
  states: States,
  faults: unknown[],
): VerifierOptions['stateHandlers'] & object {
  const told = Object.entries(states).map(([name, setUp]) => [
    name,
    () =>
      setUp().catch((error: unknown) => {
        faults.push(error);
        return {};
      }),
  ]);
  return Object.fromEntries(told) as VerifierOptions['stateHandlers'] & object;
}

/** Gives a request what no pact can hold: the key of this run, and a signature of the real bytes. */
function complete(request: ProxiedRequest, apiKey: string): void {
  const { headers } = request;
  if (headers['authorization']?.includes('pact') === true) {
    headers['authorization'] = `Bearer ${apiKey}`;
  }
  if (!request.path.startsWith('/hooks/')) return;
  const body = JSON.stringify(request.body);
  headers['content-length'] = String(Buffer.byteLength(body));
  const digest = createHmac('sha256', sourceSecret).update(body).digest('hex');
  headers['x-hub-signature-256'] = `sha256=${digest}`;
}
