import { z } from 'zod';
import { DeliveriesOfEvent } from '#communication/deliveries/contracts/deliveries-of-event.query.js';
import { NotificationsOfEvent } from '#communication/notifications/contracts/notifications-of-event.query.js';
import { WebhookOfEvent } from '#communication/webhooks/contracts/webhook-of-event.query.js';
import type { RuleEvaluation } from '../domain/rule-evaluations.js';

const webhook = WebhookOfEvent.contract.result.unwrap().omit({ id: true, receivedAtMs: true });
const delivery = DeliveriesOfEvent.contract.result.element.omit({ id: true, createdAtMs: true });
const notification = NotificationsOfEvent.contract.result.element.omit({
  id: true,
  createdAtMs: true,
});
const judgedRule = z.strictObject({ atMs: z.int(), ruleId: z.string(), ruleName: z.string() });

/** One thing that happened to an event. */
export const timelineEntrySchema = z.discriminatedUnion('kind', [
  webhook.extend({
    kind: z.literal('webhook-received'),
    atMs: z.int(),
    webhookId: z.string(),
  }),
  z.strictObject({ kind: z.literal('event-published'), atMs: z.int() }),
  judgedRule.extend({ kind: z.literal('rule-matched') }),
  judgedRule.extend({ kind: z.literal('rule-not-matched'), because: z.string() }),
  z.strictObject({
    kind: z.literal('more-rules-not-matched'),
    atMs: z.int(),
    count: z.int(),
  }),
  delivery.extend({
    kind: z.literal('delivery'),
    atMs: z.int(),
    deliveryId: z.string(),
  }),
  notification.extend({
    kind: z.literal('notification'),
    atMs: z.int(),
    notificationId: z.string(),
  }),
]);

export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** What the modules know of one event. */
export interface EventHistory {
  readonly storedAtMs: number;
  readonly webhook: z.infer<typeof WebhookOfEvent.contract.result>;
  /** In order; more than one when the event was replayed to the rules. */
  readonly evaluations: readonly RuleEvaluation[];
  readonly deliveries: z.infer<typeof DeliveriesOfEvent.contract.result>;
  readonly notifications: z.infer<typeof NotificationsOfEvent.contract.result>;
}

/** Everything that happened to an event, in order; what happened at once stands cause first. */
export function timelineOf(history: EventHistory): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    originOf(history),
    ...judgementsOf(history.evaluations),
    ...history.deliveries.map(({ id, createdAtMs, ...facts }) => ({
      kind: 'delivery' as const,
      atMs: createdAtMs,
      deliveryId: id,
      ...facts,
    })),
    ...history.notifications.map(({ id, createdAtMs, ...facts }) => ({
      kind: 'notification' as const,
      atMs: createdAtMs,
      notificationId: id,
      ...facts,
    })),
  ];
  // Sorting is stable, so entries of one millisecond keep the order of causes.
  return entries.sort((a, b) => a.atMs - b.atMs);
}

function originOf({ webhook: received, storedAtMs }: EventHistory): TimelineEntry {
  if (received === null) return { kind: 'event-published', atMs: storedAtMs };
  const { id, receivedAtMs, ...facts } = received;
  return { kind: 'webhook-received', atMs: receivedAtMs, webhookId: id, ...facts };
}

/**
 * Each match once, at the time that it was found first: what it caused then happened only then. Of
 * the misses those of the last time, since that is what the rules say now.
 */
function judgementsOf(evaluations: readonly RuleEvaluation[]): TimelineEntry[] {
  const known = new Set<string>();
  const matches = evaluations.flatMap(({ matched, evaluatedAtMs: atMs }) =>
    matched.flatMap((rule) => {
      if (known.has(rule.ruleId)) return [];
      known.add(rule.ruleId);
      return [{ kind: 'rule-matched' as const, atMs, ...rule }];
    }),
  );
  return [...matches, ...missesOf(evaluations.at(-1))];
}

function missesOf(evaluation: RuleEvaluation | undefined): TimelineEntry[] {
  if (evaluation === undefined) return [];
  const { unmatched, unmatchedCount, evaluatedAtMs: atMs } = evaluation;
  const count = unmatchedCount - unmatched.length;
  return [
    ...unmatched.map((rule) => ({ kind: 'rule-not-matched' as const, atMs, ...rule })),
    ...(count > 0 ? [{ kind: 'more-rules-not-matched' as const, atMs, count }] : []),
  ];
}
