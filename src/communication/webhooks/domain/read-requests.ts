import { describeWebhook } from './describe-webhook.js';
import { handshakeReply, methodsOf } from './handshake.js';
import { headersToKeep } from './keep-headers.js';
import type { ProviderScheme } from './provider-scheme.js';
import { RequestReader } from './request-reader.js';
import { signedTexts } from './signed-texts.js';
import type { SourceScheme } from './source-scheme.js';
import { verifyWebhook } from './verify-webhook.js';
import { wantedKeys } from './wanted-keys.js';
import type { WebhookDescription } from './webhook-description.js';

/** What a scheme makes of requests, with all that it takes. */
export function sourceScheme(provider: string, scheme: ProviderScheme): SourceScheme {
  return {
    methods: methodsOf(scheme),
    read: (request, { secrets, settings }) => {
      const reader = new RequestReader(request, scheme.document);
      const { headers, body } = request;
      let description: WebhookDescription | undefined;
      const asked = { scheme, request: reader, secrets, settings };
      return {
        method: reader.method,
        handshake: (isVerified) => handshakeReply(asked, isVerified),
        wantedKeys: () => wantedKeys(scheme, secrets, reader),
        verify: (nowMs, remoteKeys) =>
          verifyWebhook({ scheme, secrets, settings, headers, body, nowMs, remoteKeys }, reader),
        describe: () => (description ??= describeWebhook(scheme, provider, request, reader)),
        signedTexts: () => signedTexts({ scheme, settings, request: reader }),
        headersToKeep: () => headersToKeep(headers, scheme.signature),
      };
    },
  };
}
