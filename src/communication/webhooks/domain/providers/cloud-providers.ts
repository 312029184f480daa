import type { Handshake } from '../handshake-scheme.js';
import type { ShippedProvider } from '../provider-definition.js';
import { awsSns } from './aws-sns.js';
import { header, hmac, json, within } from './scheme-parts.js';

/** HTTP 1.1 Web Hooks for CloudEvents, section 4: nothing is sent before the receiver agreed. */
const webhookOptions: Handshake = {
  method: 'OPTIONS',
  when: [{ at: header('webhook-request-origin') }],
  answer: {
    headers: {
      allow: 'POST',
      'webhook-allowed-origin': '{header:webhook-request-origin}',
      'webhook-allowed-rate': '*',
    },
  },
};

const cloudevents: ShippedProvider = {
  name: 'cloudevents',
  title: 'CloudEvents (HTTP webhook)',
  docs: 'https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: { kind: 'token' },
    place: { kind: 'authorization', scheme: 'Bearer' },
    bodyUnsigned: true,
  },
  deliveryId: header('ce-id'),
  eventType: [header('ce-type'), json('type')],
  eventTime: { place: header('ce-time'), unit: 'iso' },
  handshakes: [webhookOptions],
};

/** Event Grid signs nothing: the secret stands in the address, as `?token=`. */
const azureEventGrid: ShippedProvider = {
  name: 'azure-event-grid',
  title: 'Azure Event Grid',
  docs: 'https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: { kind: 'token' },
    place: { kind: 'query', name: 'token' },
    bodyUnsigned: true,
  },
  deliveryId: json('0.id'),
  eventType: [json('0.eventType'), json('type')],
  eventTime: { place: json('0.eventTime'), unit: 'iso' },
  handshakes: [
    webhookOptions,
    {
      method: 'POST',
      when: [
        { at: json('0.eventType'), equals: 'Microsoft.EventGrid.SubscriptionValidationEvent' },
      ],
      answer: { json: { validationResponse: '{json:0.data.validationCode}' } },
    },
  ],
};

/**
 * Pub/Sub pushes with a token of Google. Anybody can have Google write a token for any audience, so
 * the account that pushes must be named too.
 */
const googlePubsub: ShippedProvider = {
  name: 'google-pubsub',
  title: 'Google Cloud Pub/Sub (push)',
  docs: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
  proof: { kind: 'sdk', package: 'google-auth-library' },
  settings: {
    serviceAccount: {
      description: 'The e-mail address of the service account that the subscription pushes as.',
      required: true,
    },
  },
  signature: {
    algorithm: {
      kind: 'jwt',
      algorithms: ['RS256'],
      claims: [
        { path: 'iss', equals: 'https://accounts.google.com' },
        { path: 'aud', secret: true },
        { path: 'email', setting: 'serviceAccount' },
        { path: 'exp' },
      ],
      maxAgeSeconds: 3_600,
      leewaySeconds: 300,
    },
    place: { kind: 'authorization', scheme: 'Bearer' },
    remoteKeys: { kind: 'jwks', url: 'https://www.googleapis.com/oauth2/v3/certs' },
    bodyUnsigned: true,
  },
  deliveryId: json('message.messageId'),
  eventType: [json('message.attributes.eventType')],
  eventTime: { place: json('message.publishTime'), unit: 'iso' },
};

/** Graph repeats the text that was chosen when the subscription was made, and signs nothing. */
const microsoftGraph: ShippedProvider = {
  name: 'microsoft-graph',
  title: 'Microsoft Graph',
  docs: 'https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: { kind: 'token' },
    place: json('value.0.clientState'),
    bodyUnsigned: true,
  },
  eventType: [json('value.0.changeType'), json('value.0.lifecycleEvent')],
  handshakes: [
    {
      method: 'POST',
      when: [{ at: { kind: 'query', name: 'validationToken' } }],
      signed: false,
      answer: { text: '{query:validationToken}' },
    },
  ],
};

/** Grafana's alerting with a secret and, for the time, the header of its documentation. */
const grafana: ShippedProvider = {
  name: 'grafana',
  title: 'Grafana Alerting',
  docs: 'https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-grafana-alerting-signature'),
    signed: '{timestamp}:{body}',
    timestamp: within(300, header('x-grafana-alerting-signature-timestamp')),
  },
  eventType: [json('status')],
};

/** Alertmanager signs nothing; its `http_config` holds a token. */
const alertmanager: ShippedProvider = {
  name: 'alertmanager',
  title: 'Prometheus Alertmanager',
  docs: 'https://prometheus.io/docs/alerting/latest/configuration/#webhook_config',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: { kind: 'token' },
    place: { kind: 'authorization', scheme: 'Bearer' },
    bodyUnsigned: true,
  },
  eventType: [json('status')],
};

/** Clouds and what watches over them. */
export const cloudProviders: readonly ShippedProvider[] = [
  alertmanager,
  awsSns('2'),
  awsSns('1'),
  azureEventGrid,
  cloudevents,
  googlePubsub,
  grafana,
  microsoftGraph,
];
