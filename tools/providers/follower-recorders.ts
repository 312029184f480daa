import { hmacOf, type Message, post, textOf } from './message.ts';
import {
  jsonBodies,
  type Library,
  otherTextSecret,
  type Recorder,
  textSecret,
} from './recorder.ts';

interface Unwrapper {
  unwrap(body: string, options: { headers: object; key: string }): unknown;
}

/** A library that wraps the reference library of Standard Webhooks. */
function follower(
  provider: string,
  about: Pick<Recorder, 'package' | 'file' | 'secret' | 'otherSecret'>,
  keyOf: (secret: string) => string | Uint8Array,
  shown: (secret: string) => string = (secret) => secret,
): Recorder {
  return {
    ...about,
    provider,
    bodies: jsonBodies,
    signs: false,
    sign: (_library, draft): Message => {
      const time = String(draft.nowMs / 1_000);
      const key = keyOf(about.secret);
      const signature = hmacOf('sha256', key, 'base64', `msg_1.${time}.`, draft.body);
      return post(draft, {
        'webhook-id': 'msg_1',
        'webhook-timestamp': time,
        'webhook-signature': `v1,${signature}`,
      });
    },
    accepts: (library: Library, message, secret) => {
      const Webhooks = library.Webhooks as new (client: object) => Unwrapper;
      const { headers } = message;
      new Webhooks({}).unwrap(textOf(message), { headers, key: shown(secret) });
      return true;
    },
  };
}

const whsec = {
  secret: `whsec_${Buffer.from(textSecret).toString('base64')}`,
  otherSecret: `whsec_${Buffer.from(otherTextSecret).toString('base64')}`,
};

/** Those who follow Standard Webhooks, by packages of their own. */
export const followerRecorders: readonly Recorder[] = [
  follower(
    'imagekit',
    { ...whsec, package: '@imagekit/nodejs', file: '@imagekit/nodejs/resources/webhooks.js' },
    (secret) => secret,
  ),
  follower(
    'whop',
    {
      secret: `ws_${textSecret}`,
      otherSecret: `ws_${otherTextSecret}`,
      package: '@whop/sdk',
      file: '@whop/sdk/resources/webhooks.js',
    },
    (secret) => secret,
    // As its guide says: `webhookKey: btoa(process.env.WHOP_WEBHOOK_SECRET)`.
    (secret) => btoa(secret),
  ),
];
