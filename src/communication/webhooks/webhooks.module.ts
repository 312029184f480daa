import { Module } from '@nestjs/common';
import { StoredSources } from './adapters/stored-sources.js';
import { StoredWebhooks } from './adapters/stored-webhooks.js';
import { AddSourceSecretHandler } from './commands/add-source-secret.js';
import { CreateDemoSourceHandler } from './commands/create-demo-source.js';
import { ChangeSourceHandler } from './commands/change-source.js';
import { CreateSourceHandler } from './commands/create-source.js';
import { DeleteSourceHandler } from './commands/delete-source.js';
import { ReceiveWebhookHandler } from './commands/receive-webhook.js';
import { RemoveSourceSecretHandler } from './commands/remove-source-secret.js';
import { SourceRegistry } from './domain/source-registry.js';
import { WebhookInbox } from './domain/webhook-inbox.js';
import { IngestController } from './http/ingest.controller.js';
import { SourceSecretsController } from './http/source-secrets.controller.js';
import { SourcesController } from './http/sources.controller.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { FindSourcesHandler } from './queries/find-sources.js';
import { FindWebhooksHandler } from './queries/find-webhooks.js';
import { GetSourceHandler } from './queries/get-source.js';
import { GetWebhookBodyHandler } from './queries/get-webhook-body.js';
import { GetWebhookHandler } from './queries/get-webhook.js';
import { WebhookOfEventHandler } from './queries/webhook-of-event.js';

/** Receives webhooks: sources, verification, the inbox. */
@Module({
  controllers: [IngestController, SourcesController, SourceSecretsController, WebhooksController],
  providers: [
    { provide: SourceRegistry, useClass: StoredSources },
    { provide: WebhookInbox, useClass: StoredWebhooks },
    CreateSourceHandler,
    CreateDemoSourceHandler,
    ChangeSourceHandler,
    DeleteSourceHandler,
    AddSourceSecretHandler,
    RemoveSourceSecretHandler,
    ReceiveWebhookHandler,
    FindSourcesHandler,
    GetSourceHandler,
    FindWebhooksHandler,
    GetWebhookHandler,
    GetWebhookBodyHandler,
    WebhookOfEventHandler,
  ],
})
export class WebhooksModule {}
