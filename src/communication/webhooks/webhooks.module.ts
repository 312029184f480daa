import { Module, type Provider } from '@nestjs/common';
import { Settings } from '#shared-kernel/config/settings.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { AvailableProviders } from './adapters/available-providers.js';
import { HttpProviderServers } from './adapters/http-provider-servers.js';
import { KnownSources } from './adapters/known-sources.js';
import { providerCall } from './adapters/provider-call.js';
import { fixedProviders } from './adapters/fixed-providers-of-file.js';
import { SchemeQuarantineJudge } from './adapters/scheme-quarantine-judge.js';
import { SourceGate } from './adapters/source-gate.js';
import { StoredHandshakeValues } from './adapters/stored-handshake-values.js';
import { StoredKeptRequests } from './adapters/stored-kept-requests.js';
import { StoredOwnProviders } from './adapters/stored-own-providers.js';
import { SamplingPayloadWatch } from './adapters/sampling-payload-watch.js';
import { StoredPayloadShapes } from './adapters/stored-payload-shapes.js';
import { StoredQuarantine } from './adapters/stored-quarantine.js';
import { StoredSources } from './adapters/stored-sources.js';
import { StoredWebhooks } from './adapters/stored-webhooks.js';
import { AddSourceSecretHandler } from './commands/add-source-secret.js';
import { CreateDemoSourceHandler } from './commands/create-demo-source.js';
import { ChangeSourceSecretHandler } from './commands/change-source-secret.js';
import {
  ClearQuarantineHandler,
  RemoveQuarantinedRequestHandler,
} from './commands/clear-quarantine.js';
import { ChangeSourceHandler } from './commands/change-source.js';
import { CreateProviderHandler } from './commands/create-provider.js';
import { DeleteProviderHandler } from './commands/delete-provider.js';
import { PerformHandshakeHandler } from './commands/perform-handshake.js';
import { ReplaceProviderHandler } from './commands/replace-provider.js';
import { CreateSourceHandler } from './commands/create-source.js';
import { DeleteSourceHandler } from './commands/delete-source.js';
import { ForgetPayloadShapeHandler } from './commands/forget-payload-shape.js';
import { LearnPayloadShapesHandler } from './commands/learn-payload-shapes.js';
import { ReceiveWebhookHandler } from './commands/receive-webhook.js';
import { ReleaseQuarantineHandler } from './commands/release-quarantine.js';
import { ReleaseRequestHandler } from './commands/release-request.js';
import { RemoveSourceSecretHandler } from './commands/remove-source-secret.js';
import { WebhookIntake } from './commands/webhook-intake.js';
import { FixedProviders } from './domain/fixed-providers.js';
import { HandshakeValues } from './domain/handshake-values.js';
import { KeptRequests } from './domain/kept-requests.js';
import { Providers } from './domain/known-provider.js';
import { OwnProviders } from './domain/own-provider.js';
import { ProviderServers } from './domain/provider-servers.js';
import { QuarantineJudge } from './domain/quarantine-judge.js';
import { Quarantine } from './domain/quarantine.js';
import { SourceRegistry } from './domain/source-registry.js';
import { WebhookInbox } from './domain/webhook-inbox.js';
import { IngestController } from './http/ingest.controller.js';
import { ProviderTestsController } from './http/provider-tests.controller.js';
import { ProvidersController } from './http/providers.controller.js';
import { QuarantineReleasesController } from './http/quarantine-releases.controller.js';
import { QuarantineController } from './http/quarantine.controller.js';
import { SourceSecretsController } from './http/source-secrets.controller.js';
import { SourceWhatIfController } from './http/source-what-if.controller.js';
import { SourcesController } from './http/sources.controller.js';
import { WebhooksController } from './http/webhooks.controller.js';
import {
  FindQuarantinedHandler,
  GetQuarantinedBodyHandler,
  GetQuarantinedHandler,
} from './queries/find-quarantined.js';
import { FindHandshakeValuesHandler } from './queries/find-handshake-values.js';
import { FindProvidersHandler } from './queries/find-providers.js';
import { GetProviderHandler } from './queries/get-provider.js';
import { TestProviderHandler } from './queries/test-provider.js';
import { PayloadSamples } from './domain/payload-samples.js';
import { PayloadShapes } from './domain/payload-shapes.js';
import { PayloadWatch } from './domain/payload-watch.js';
import { ShapesController } from './http/shapes.controller.js';
import { FindPayloadShapesHandler } from './queries/find-payload-shapes.js';
import { FindSourcesHandler } from './queries/find-sources.js';
import { FindWebhooksHandler } from './queries/find-webhooks.js';
import { GetPayloadShapeHandler } from './queries/get-payload-shape.js';
import { GetSourceHandler } from './queries/get-source.js';
import { GetWebhookBodyHandler } from './queries/get-webhook-body.js';
import { GetWebhookHandler } from './queries/get-webhook.js';
import { VerifyQuarantineHandler } from './queries/verify-quarantine.js';
import { WebhookOfEventHandler } from './queries/webhook-of-event.js';
import { WhatIfSourceHandler } from './queries/what-if-source.js';

/** Whose webhooks there are, and how their servers are asked. */
const providerParts: Provider[] = [
  { provide: OwnProviders, useClass: StoredOwnProviders },
  { provide: Providers, useClass: AvailableProviders },
  { provide: HandshakeValues, useClass: StoredHandshakeValues },
  {
    provide: FixedProviders,
    inject: [Settings],
    useFactory: ({ providersFile }: Settings) => fixedProviders(providersFile),
  },
  {
    provide: ProviderServers,
    inject: [Settings, Clock],
    useFactory: ({ outboundAllowedRanges }: Settings, clock: Clock) =>
      new HttpProviderServers(providerCall({ allowedRanges: outboundAllowedRanges }), clock),
  },
  KnownSources,
  CreateProviderHandler,
  ReplaceProviderHandler,
  DeleteProviderHandler,
  PerformHandshakeHandler,
  FindProvidersHandler,
  GetProviderHandler,
  TestProviderHandler,
  FindHandshakeValuesHandler,
];

/** Receives webhooks: sources, verification, the inbox. */
@Module({
  controllers: [
    IngestController,
    SourcesController,
    SourceSecretsController,
    WebhooksController,
    QuarantineController,
    QuarantineReleasesController,
    SourceWhatIfController,
    ProvidersController,
    ProviderTestsController,
    ShapesController,
  ],
  providers: [
    { provide: SourceRegistry, useClass: StoredSources },
    { provide: WebhookInbox, useClass: StoredWebhooks },
    { provide: Quarantine, useClass: StoredQuarantine },
    { provide: KeptRequests, useClass: StoredKeptRequests },
    { provide: QuarantineJudge, useClass: SchemeQuarantineJudge },
    SourceGate,
    WebhookIntake,
    ...providerParts,
    { provide: PayloadShapes, useClass: StoredPayloadShapes },
    SamplingPayloadWatch,
    { provide: PayloadWatch, useExisting: SamplingPayloadWatch },
    { provide: PayloadSamples, useExisting: SamplingPayloadWatch },
    CreateSourceHandler,
    CreateDemoSourceHandler,
    ChangeSourceHandler,
    DeleteSourceHandler,
    AddSourceSecretHandler,
    ChangeSourceSecretHandler,
    RemoveSourceSecretHandler,
    ReceiveWebhookHandler,
    LearnPayloadShapesHandler,
    ForgetPayloadShapeHandler,
    FindPayloadShapesHandler,
    GetPayloadShapeHandler,
    ReleaseRequestHandler,
    ReleaseQuarantineHandler,
    ClearQuarantineHandler,
    RemoveQuarantinedRequestHandler,
    FindSourcesHandler,
    GetSourceHandler,
    FindWebhooksHandler,
    GetWebhookHandler,
    GetWebhookBodyHandler,
    WebhookOfEventHandler,
    FindQuarantinedHandler,
    GetQuarantinedHandler,
    GetQuarantinedBodyHandler,
    VerifyQuarantineHandler,
    WhatIfSourceHandler,
  ],
})
export class WebhooksModule {}
