import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

/** Both of Bitbucket's products; they name the id of a delivery differently. */
const bitbucket: ShippedProvider = {
  name: 'bitbucket',
  title: 'Bitbucket',
  docs: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/#Secure-webhooks',
  proof: { kind: 'independent', package: 'nuxt-webhook-validators' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-hub-signature'), prefix: 'sha256=' },
    signed: '{body}',
  },
  deliveryId: header('x-request-uuid', 'x-request-id'),
  eventType: [header('x-event-key')],
};

/** Gitea and Forgejo sign the JSON: choose `application/json`, not a form, for the webhook. */
function giteaLike(name: 'gitea' | 'forgejo', title: string, docs: string): ShippedProvider {
  return {
    name,
    title,
    docs,
    proof: { kind: 'unconfirmed' },
    signature: {
      algorithm: hmac('sha256'),
      encoding: 'hex',
      place: header(`x-${name}-signature`),
      signed: '{body}',
    },
    deliveryId: header(`x-${name}-delivery`),
    eventType: [header(`x-${name}-event`)],
  };
}

/** GitLab with a signing token, which it has had since 2026: take it where there is one. */
const gitlab: ShippedProvider = {
  ...standardWebhooks,
  name: 'gitlab',
  title: 'GitLab (signing token)',
  docs: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  proof: {
    kind: 'standard',
    package: 'standardwebhooks',
    url: 'https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944',
  },
  deliveryId: header('webhook-id'),
  eventType: [header('x-gitlab-event')],
  eventTime: { place: json('object_attributes.updated_at'), unit: 'iso' },
};

/** GitLab's older form repeats the secret in clear, and signs nothing. */
const gitlabToken: ShippedProvider = {
  name: 'gitlab-token',
  title: 'GitLab (secret token)',
  docs: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  proof: { kind: 'independent', package: 'n8n-nodes-base' },
  signature: {
    algorithm: { kind: 'token' },
    place: header('x-gitlab-token'),
    bodyUnsigned: true,
  },
  deliveryId: header('idempotency-key'),
  eventType: [header('x-gitlab-event')],
};

/** Webhooks that an administrator of Jira makes with a secret. */
const jira: ShippedProvider = {
  name: 'jira',
  title: 'Jira',
  docs: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks',
  proof: {
    kind: 'vector',
    url: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks',
  },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-hub-signature'), prefix: 'sha256=' },
    signed: '{body}',
  },
  deliveryId: header('x-atlassian-webhook-identifier'),
  eventType: [json('webhookEvent')],
  eventTime: { place: json('timestamp'), unit: 'milliseconds' },
};

const taiga: ShippedProvider = {
  name: 'taiga',
  title: 'Taiga',
  docs: 'https://docs.taiga.io/webhooks.html',
  proof: { kind: 'independent', package: 'n8n-nodes-base' },
  signature: {
    algorithm: hmac('sha1'),
    encoding: 'hex',
    place: header('x-taiga-webhook-signature'),
    signed: '{body}',
  },
  eventType: [json('type')],
  eventTime: { place: json('date'), unit: 'iso' },
};

/** Repositories, and the issues beside them. */
export const codeHostingProviders: readonly ShippedProvider[] = [
  bitbucket,
  giteaLike('forgejo', 'Forgejo', 'https://forgejo.org/docs/latest/user/webhooks/'),
  giteaLike('gitea', 'Gitea', 'https://docs.gitea.com/usage/webhooks'),
  gitlab,
  gitlabToken,
  jira,
  taiga,
];
