import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, within } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

const eventWebhook = 'x-twilio-email-event-webhook';

/** SendGrid's event webhook; the secret is the verification key that SendGrid shows. */
const sendgrid: ShippedProvider = {
  name: 'sendgrid',
  title: 'SendGrid',
  docs: 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
  proof: { kind: 'sdk', package: '@sendgrid/eventwebhook' },
  signature: {
    algorithm: { kind: 'ecdsa-p256', form: 'der' },
    encoding: 'base64',
    place: header(`${eventWebhook}-signature`),
    signed: '{timestamp}{body}',
    timestamp: within(600, header(`${eventWebhook}-timestamp`)),
  },
  deliveryId: json('0.sg_event_id'),
  eventType: [json('0.event')],
  eventTime: { place: json('0.timestamp'), unit: 'seconds' },
};

/**
 * Mailgun signs its token and not the body. The token is taken as the id, so that one who reads a
 * webhook cannot send another body with it: the second is a duplicate. Mailgun tries for 8 hours.
 */
const mailgun: ShippedProvider = {
  name: 'mailgun',
  title: 'Mailgun',
  docs: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
  proof: { kind: 'independent', package: 'mailgun-js' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: json('signature.signature'),
    signed: '{timestamp}{json:signature.token}',
    timestamp: {
      place: json('signature.timestamp'),
      unit: 'seconds',
      pastSeconds: 12 * 3_600,
      futureSeconds: 300,
    },
    bodyUnsigned: true,
  },
  deliveryId: json('signature.token'),
  eventType: [json('event-data.event')],
};

/** Postmark signs nothing; user and password stand in the address that it was given. */
const postmark: ShippedProvider = {
  name: 'postmark',
  title: 'Postmark',
  docs: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: { kind: 'basic' },
    place: { kind: 'authorization', scheme: 'Basic' },
    bodyUnsigned: true,
  },
  eventType: [json('RecordType')],
};

/** Resend signs as Svix does. */
const resend: ShippedProvider = {
  ...standardWebhooks,
  name: 'resend',
  title: 'Resend',
  docs: 'https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests',
  proof: { kind: 'sdk', package: 'resend' },
  eventTime: { place: json('created_at'), unit: 'iso' },
};

/** Electronic mail. */
export const mailProviders: readonly ShippedProvider[] = [mailgun, postmark, resend, sendgrid];
