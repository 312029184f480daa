import type { ApiClient } from '../../tools/support/api-client.ts';

interface ReceivedWebhook {
  readonly deliveryId: string | null;
  readonly eventId: string;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** All webhooks in the store, newest first. */
export function receivedWebhooks(api: ApiClient): Promise<ReceivedWebhook[]> {
  return everyItem(api, '/v1/webhooks');
}

/** The ids of all events from outside, newest first. */
export async function storedEventIds(api: ApiClient): Promise<string[]> {
  const events = await everyItem<{ id: string }>(api, '/v1/events');
  return events.map(({ id }) => id);
}

async function everyItem<Item>(api: ApiClient, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor = '';
  for (;;) {
    const page = await api.get<Page<Item>>(`${path}?limit=200${cursor}`);
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = `&cursor=${page.next}`;
  }
}
