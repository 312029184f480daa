/*
 * `npm run demo`: the main job from end to end, with real payloads and real parts on this machine
 * and no outside service. It exits non-zero when anything is missing or not signed right.
 */
import { Webhook } from 'standardwebhooks';
import { ApiClient } from '../support/api-client.ts';
import { describeTimeline, type TimelineAnswer } from '../support/describe-timeline.ts';
import { type HttpSink, startHttpSink } from '../support/http-sink.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { startProcess } from '../support/signalbox-process.ts';
import { waitFor } from '../support/wait-for.ts';
import { gitHubWebhooks, type SampleWebhook, stripeWebhooks } from './sample-webhooks.ts';
import { setUpDemo } from './set-up.ts';

/** A webhook that Signalbox acknowledged. */
interface Acknowledged {
  readonly sample: SampleWebhook;
  readonly eventId: string;
  readonly atMs: number;
}

const mailsExpected = 2;
const samplesMin = 25;

const sink = await startHttpSink();
const mailSink = await startMailSink();
const signalbox = await startProcess({
  settings: { OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8', SMTP_URL: mailSink.url },
});
console.log(`Signalbox listens on ${signalbox.url} (ready after ${ms(signalbox.startMs)})`);
try {
  await runDemo();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await signalbox.stop();
  await Promise.all([sink.close(), mailSink.close()]);
}

async function runDemo(): Promise<void> {
  const api = new ApiClient(signalbox.url, signalbox.apiKey);
  const setUp = await setUpDemo(api, sink.url);
  const samples = [
    ...(await gitHubWebhooks(setUp.gitHubSecret)),
    ...stripeWebhooks(setUp.stripeSecret, Date.now()),
  ];
  expect(samples.length >= samplesMin, `only ${samples.length} samples`);

  const acknowledged: Acknowledged[] = [];
  for (const sample of samples) {
    const path = sample.provider === 'github' ? setUp.gitHubPath : setUp.stripePath;
    acknowledged.push(await send(sample, path));
  }
  await waitFor('all deliveries', () => sink.taken.length >= samples.length);
  await waitFor('all mails', () => mailSink.mails.length >= mailsExpected);
  const latencies = verifyDeliveries(acknowledged, setUp.endpointSecret, sink);
  const issue = acknowledged.find(({ sample }) => sample.type === 'github.issues');
  const event = await waitFor('a complete timeline', () => settledEvent(api, issue?.eventId ?? ''));
  console.log(`\n${describeTimeline(event)}\n`);
  await printSummary(api, acknowledged, latencies, mailSink);
}

async function send(sample: SampleWebhook, path: string): Promise<Acknowledged> {
  const answer = await fetch(`${signalbox.url}${path}`, {
    method: 'POST',
    headers: sample.headers,
    body: sample.body,
  });
  const text = await answer.text();
  expect(answer.status === 202, `${sample.type} was answered ${answer.status}: ${text}`);
  const { eventId } = JSON.parse(text) as { eventId: string };
  return { sample, eventId, atMs: Date.now() };
}

/** Each delivery once, signed for the endpoint, with the data as it was sent. */
function verifyDeliveries(
  acknowledged: readonly Acknowledged[],
  secret: string,
  { taken }: HttpSink,
): number[] {
  const webhook = new Webhook(secret);
  return acknowledged.map(({ sample, eventId, atMs }) => {
    const deliveries = taken.filter(({ headers }) => headers['webhook-id'] === eventId);
    const [delivery] = deliveries;
    if (delivery === undefined) throw new Error(`${sample.type} was not delivered`);
    expect(deliveries.length === 1, `${sample.type} was delivered ${deliveries.length} times`);
    const headers = delivery.headers as Record<string, string>;
    const event = webhook.verify(delivery.body.toString(), headers) as Record<string, unknown>;
    expect(event['type'] === sample.type, `${eventId} has the type ${String(event['type'])}`);
    expect(JSON.stringify(event['data']) === sample.body, `the data of ${eventId} was changed`);
    return Math.max(0, delivery.takenAtMs - atMs);
  });
}

/** The event once each of its deliveries and mails shows its attempt. */
async function settledEvent(api: ApiClient, id: string): Promise<TimelineAnswer | undefined> {
  const event = await api.get<TimelineAnswer>(`/v1/events/${id}`);
  const effects = event.timeline.filter(
    ({ kind }) => kind === 'delivery' || kind === 'notification',
  );
  const settled = effects.every(({ state }) => state === 'delivered' || state === 'sent');
  return effects.length === 2 && settled ? event : undefined;
}

async function printSummary(
  api: ApiClient,
  acknowledged: readonly Acknowledged[],
  latencies: readonly number[],
  { mails }: MailSink,
): Promise<void> {
  const { items } = await api.get<{ items: unknown[] }>('/v1/events?limit=200');
  expect(items.length === acknowledged.length, `the log shows ${items.length} events`);
  expect(mails.length === mailsExpected, `${mails.length} mails came`);
  const sorted = [...latencies].sort((a, b) => a - b);
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  console.log(`received    ${acknowledged.length} webhooks, all acknowledged after fsync`);
  console.log(`events      ${items.length}`);
  console.log(`deliveries  ${latencies.length}, every signature verified by standardwebhooks`);
  console.log(`mails       ${mails.length}: ${mails.map(({ subject }) => subject).join(' | ')}`);
  console.log(
    `from acknowledgement to delivery: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms`,
  );
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`The demo failed: ${otherwise}.`);
}

function ms(duration: number): string {
  return `${Math.round(duration)} ms`;
}
