import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair, within } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

const buildkite: ShippedProvider = {
  name: 'buildkite',
  title: 'Buildkite',
  docs: 'https://buildkite.com/docs/apis/webhooks/pipelines#webhook-signature',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('x-buildkite-signature', 'signature'),
    signed: '{timestamp}.{body}',
    timestamp: within(300, pair('x-buildkite-signature', 'timestamp')),
  },
  eventType: [header('x-buildkite-event')],
};

const circleci: ShippedProvider = {
  name: 'circleci',
  title: 'CircleCI',
  docs: 'https://circleci.com/docs/guides/integration/outbound-webhooks/',
  proof: {
    kind: 'vector',
    url: 'https://circleci.com/docs/guides/integration/outbound-webhooks/#validate-webhooks',
  },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('circleci-signature', 'v1'),
    signed: '{body}',
  },
  deliveryId: json('id'),
  eventType: [header('circleci-event-type'), json('type')],
  eventTime: { place: json('happened_at'), unit: 'iso' },
};

/** Expo's application services, when a build or a submission is over. */
const expo: ShippedProvider = {
  name: 'expo',
  title: 'Expo (EAS)',
  docs: 'https://docs.expo.dev/eas/webhooks/',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha1'),
    encoding: 'hex',
    place: { ...header('expo-signature'), prefix: 'sha1=' },
    signed: '{body}',
  },
  eventType: [json('status')],
};

const heroku: ShippedProvider = {
  name: 'heroku',
  title: 'Heroku',
  docs: 'https://devcenter.heroku.com/articles/app-webhooks#securing-webhook-requests',
  proof: { kind: 'independent', package: 'nuxt-webhook-validators' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('heroku-webhook-hmac-sha256'),
    signed: '{body}',
  },
  deliveryId: json('webhook_metadata.event.id'),
  eventType: [json('webhook_metadata.event.include')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

/** Netlify sends a token that holds the hash of the body, and no time. */
const netlify: ShippedProvider = {
  name: 'netlify',
  title: 'Netlify',
  docs: 'https://docs.netlify.com/deploy/deploy-notifications/#payload-signature',
  proof: { kind: 'independent', package: 'nuxt-webhook-validators' },
  signature: {
    algorithm: {
      kind: 'jwt',
      algorithms: ['HS256'],
      bodyClaim: { path: 'sha256', form: 'sha256-hex' },
      claims: [{ path: 'iss', equals: 'netlify' }],
    },
    place: header('x-webhook-signature'),
  },
  eventType: [header('x-netlify-event'), json('state')],
  eventTime: { place: json('updated_at'), unit: 'iso' },
};

const render: ShippedProvider = {
  ...standardWebhooks,
  name: 'render',
  title: 'Render',
  docs: 'https://render.com/docs/webhooks',
  proof: {
    kind: 'standard',
    package: 'standardwebhooks',
    url: 'https://render.com/docs/webhooks#validating-webhooks',
  },
};

const sonarqube: ShippedProvider = {
  name: 'sonarqube',
  title: 'SonarQube',
  docs: 'https://docs.sonarsource.com/sonarqube-server/project-administration/webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-sonar-webhook-hmac-sha256'),
    signed: '{body}',
  },
  deliveryId: json('taskId'),
  eventType: [json('qualityGate.status')],
};

const terraform: ShippedProvider = {
  name: 'terraform',
  title: 'HCP Terraform, Terraform Enterprise',
  docs: 'https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha512'),
    encoding: 'hex',
    place: header('x-tfe-notification-signature'),
    signed: '{body}',
  },
  eventType: [json('notifications.0.trigger')],
  eventTime: { place: json('notifications.0.run_updated_at'), unit: 'iso' },
};

const vercel: ShippedProvider = {
  name: 'vercel',
  title: 'Vercel',
  docs: 'https://vercel.com/docs/webhooks/webhooks-api#securing-webhooks',
  proof: { kind: 'independent', package: 'nuxt-webhook-validators' },
  signature: {
    algorithm: hmac('sha1'),
    encoding: 'hex',
    place: header('x-vercel-signature'),
    signed: '{body}',
  },
  deliveryId: json('id'),
  eventType: [json('type')],
  eventTime: { place: json('createdAt'), unit: 'milliseconds' },
};

/** Builds, checks and deployments. */
export const buildProviders: readonly ShippedProvider[] = [
  buildkite,
  circleci,
  expo,
  heroku,
  netlify,
  render,
  sonarqube,
  terraform,
  vercel,
];
