import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, within } from './scheme-parts.js';

const byN8n = { kind: 'independent', package: 'n8n-nodes-base' } as const;

const acuity: ShippedProvider = {
  name: 'acuity',
  title: 'Acuity Scheduling',
  docs: 'https://developers.acuityscheduling.com/docs/webhooks',
  proof: byN8n,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('x-acuity-signature'),
    signed: '{body}',
  },
  eventType: [{ kind: 'form', field: 'action' }],
  document: { kind: 'form' },
};

const calCom: ShippedProvider = {
  name: 'cal-com',
  title: 'Cal.com',
  docs: 'https://cal.com/docs/developing/guides/automation/webhooks',
  proof: byN8n,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-cal-signature-256'),
    signed: '{body}',
  },
  eventType: [json('triggerEvent')],
  eventTime: { place: json('createdAt'), unit: 'iso' },
};

const customerIo: ShippedProvider = {
  name: 'customer-io',
  title: 'Customer.io',
  docs: 'https://docs.customer.io/journeys/webhooks/#securely-verify-requests',
  proof: byN8n,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-cio-signature'),
    signed: 'v0:{timestamp}:{body}',
    timestamp: within(300, header('x-cio-timestamp')),
  },
  deliveryId: json('event_id'),
  eventType: [json('metric')],
  eventTime: { place: json('timestamp'), unit: 'seconds' },
};

/** Figma repeats the passcode that was chosen, and signs nothing. */
const figma: ShippedProvider = {
  name: 'figma',
  title: 'Figma',
  docs: 'https://developers.figma.com/docs/rest-api/webhooks-security/',
  proof: byN8n,
  signature: { algorithm: { kind: 'token' }, place: json('passcode'), bodyUnsigned: true },
  eventType: [json('event_type')],
  eventTime: { place: json('timestamp'), unit: 'iso' },
};

const formstack: ShippedProvider = {
  name: 'formstack',
  title: 'Formstack',
  docs: 'https://developers.formstack.com/reference/webhooks',
  proof: byN8n,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-fs-signature'), prefix: 'sha256=' },
    signed: '{body}',
  },
  deliveryId: json('UniqueID'),
};

const mailerlite: ShippedProvider = {
  name: 'mailerlite',
  title: 'MailerLite',
  docs: 'https://developers.mailerlite.com/docs/webhooks.html',
  proof: byN8n,
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('signature'),
    signed: '{body}',
  },
  eventType: [json('event'), json('events.0.type')],
};

/** Onfleet shows its secret as hexadecimal, asks with `?check=` first, and uses SHA-512. */
const onfleet: ShippedProvider = {
  name: 'onfleet',
  title: 'Onfleet',
  docs: 'https://docs.onfleet.com/reference/validation',
  proof: byN8n,
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha512', keyForm: 'hex' },
    encoding: 'hex',
    place: header('x-onfleet-signature'),
    signed: '{body}',
  },
  eventType: [json('actionContext.type')],
  eventTime: { place: json('time'), unit: 'milliseconds' },
  handshakes: [
    {
      method: 'GET',
      when: [{ at: { kind: 'query', name: 'check' } }],
      answer: { text: '{query:check}' },
    },
  ],
};

/** Forms, appointments and newsletters. */
export const formProviders: readonly ShippedProvider[] = [
  acuity,
  calCom,
  customerIo,
  figma,
  formstack,
  mailerlite,
  onfleet,
];
