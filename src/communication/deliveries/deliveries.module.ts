import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Settings } from '#shared-kernel/config/settings.js';
import { GuardedClient } from './adapters/guarded-client.js';
import { OAuthTokens } from './adapters/oauth-tokens.js';
import { ReceiverValidation } from './adapters/receiver-validation.js';
import { SigningEventSender } from './adapters/signing-event-sender.js';
import { StoredDeliveryHistory } from './adapters/stored-delivery-history.js';
import { StoredDeliveryQueue } from './adapters/stored-delivery-queue.js';
import { StoredRecoverableDeliveries } from './adapters/stored-recoverable-deliveries.js';
import { StoredRecoveries } from './adapters/stored-recoveries.js';
import { StoredEndpointHealths } from './adapters/stored-endpoint-healths.js';
import { StoredEndpoints } from './adapters/stored-endpoints.js';
import { UndiciMessageSender } from './adapters/undici-message-sender.js';
import { AddEndpointSecretHandler } from './commands/add-endpoint-secret.js';
import { AttemptDelivery } from './commands/attempt-delivery.js';
import { BeginRecovery } from './commands/begin-recovery.js';
import { CancelRecoveryHandler } from './commands/cancel-recovery.js';
import { ChangeEndpointHandler } from './commands/change-endpoint.js';
import { ContinueRecovery } from './commands/continue-recovery.js';
import {
  ChangePortalEndpointHandler,
  DeletePortalEndpointHandler,
} from './commands/change-portal-endpoint.js';
import { ClaimDeliveries } from './commands/claim-deliveries.js';
import { CreateEndpointHandler } from './commands/create-endpoint.js';
import { CreatePortalEndpointHandler } from './commands/create-portal-endpoint.js';
import { DeleteEndpointHandler } from './commands/delete-endpoint.js';
import { PlanRecoveryStep } from './commands/plan-recovery-step.js';
import { RecoverDeliveriesHandler } from './commands/recover-deliveries.js';
import { RemoveEndpointSecretHandler } from './commands/remove-endpoint-secret.js';
import { ReplayToEndpointHandler } from './commands/replay-to-endpoint.js';
import { RetryDeliveryHandler } from './commands/retry-delivery.js';
import { SendTestEventHandler } from './commands/send-test-event.js';
import { SettleDelivery } from './commands/settle-delivery.js';
import { parseAllowedRanges } from './domain/address-guard.js';
import { DeliveryHistory } from './domain/delivery-history.js';
import { DeliveryLanes } from './domain/delivery-lanes.js';
import { DeliveryQueue } from './domain/delivery-queue.js';
import { DeliverySettings } from './domain/delivery-settings.js';
import { EndpointHealths } from './domain/endpoint-healths.js';
import { EndpointRegistry } from './domain/endpoint-registry.js';
import { nearestEndpointTimeoutMs } from './domain/endpoint.js';
import { EventSender } from './domain/event-sender.js';
import { KnownEndpoints } from './domain/known-endpoints.js';
import { MessageSender } from './domain/message-sender.js';
import { RecoverableDeliveries } from './domain/recoverable-deliveries.js';
import { RecoveryBook } from './domain/recovery-book.js';
import { DeliveriesController } from './http/deliveries.controller.js';
import { EndpointJwksController } from './http/endpoint-jwks.controller.js';
import { EndpointReplayController } from './http/endpoint-replay.controller.js';
import { EndpointController } from './http/endpoint.controller.js';
import { EndpointSecretsController } from './http/endpoint-secrets.controller.js';
import { EndpointsController } from './http/endpoints.controller.js';
import { PortalDeliveriesController } from './http/portal-deliveries.controller.js';
import { PortalEndpointController } from './http/portal-endpoint.controller.js';
import { PortalEndpointsController } from './http/portal-endpoints.controller.js';
import { PortalSecretsController } from './http/portal-secrets.controller.js';
import { PortalSendingController } from './http/portal-sending.controller.js';
import { RecoveriesController } from './http/recoveries.controller.js';
import { DeliveriesOfEventHandler } from './queries/deliveries-of-event.js';
import { EndpointExistsHandler } from './queries/endpoint-exists.js';
import { FindDeliveriesHandler } from './queries/find-deliveries.js';
import { FindEndpointsHandler } from './queries/find-endpoints.js';
import { FindPortalDeliveriesHandler } from './queries/find-portal-deliveries.js';
import { FindPortalEndpointsHandler } from './queries/find-portal-endpoints.js';
import { FindRecoveriesHandler } from './queries/find-recoveries.js';
import { GetDeliveryHandler } from './queries/get-delivery.js';
import { GetEndpointJwksHandler } from './queries/get-endpoint-jwks.js';
import { GetEndpointHandler } from './queries/get-endpoint.js';
import { GetPortalEventTypesHandler } from './queries/get-portal-event-types.js';
import { GetRecoveryHandler } from './queries/get-recovery.js';
import { ScheduleDeliveryWhenRuleMatched } from './reactions/schedule-delivery-when-rule-matched.js';

/** Time for name, TCP and TLS of a new connection. */
const connectTimeoutMs = 5_000;
/** Nobody reads more of an answer; its first kilobyte is kept. */
const answerBytesMax = 64 * 1_024;

const handlers: Provider[] = [
  CreateEndpointHandler,
  ChangeEndpointHandler,
  DeleteEndpointHandler,
  AddEndpointSecretHandler,
  RemoveEndpointSecretHandler,
  RetryDeliveryHandler,
  AttemptDelivery,
  ClaimDeliveries,
  SettleDelivery,
  ScheduleDeliveryWhenRuleMatched,
  FindEndpointsHandler,
  GetEndpointHandler,
  GetEndpointJwksHandler,
  EndpointExistsHandler,
  FindDeliveriesHandler,
  GetDeliveryHandler,
  DeliveriesOfEventHandler,
  BeginRecovery,
  PlanRecoveryStep,
  RecoverDeliveriesHandler,
  ReplayToEndpointHandler,
  CancelRecoveryHandler,
  ContinueRecovery,
  FindRecoveriesHandler,
  GetRecoveryHandler,
  SendTestEventHandler,
  CreatePortalEndpointHandler,
  ChangePortalEndpointHandler,
  DeletePortalEndpointHandler,
  FindPortalEndpointsHandler,
  FindPortalDeliveriesHandler,
  GetPortalEventTypesHandler,
];

/** Sends events out as signed webhooks: endpoints, deliveries, attempts. */
@Module({})
export class DeliveriesModule {
  /** @param program its version, which receivers see in `user-agent` */
  static forRoot({ version }: { readonly version: string }): DynamicModule {
    return {
      module: DeliveriesModule,
      controllers: [
        EndpointsController,
        EndpointController,
        EndpointSecretsController,
        EndpointJwksController,
        DeliveriesController,
        RecoveriesController,
        EndpointReplayController,
        PortalEndpointsController,
        PortalEndpointController,
        PortalSecretsController,
        PortalDeliveriesController,
        PortalSendingController,
      ],
      providers: [
        { provide: EndpointRegistry, useClass: StoredEndpoints },
        { provide: KnownEndpoints, useExisting: EndpointRegistry },
        { provide: EventSender, useClass: SigningEventSender },
        { provide: DeliveryQueue, useClass: StoredDeliveryQueue },
        { provide: EndpointHealths, useClass: StoredEndpointHealths },
        DeliveryLanes,
        { provide: DeliveryHistory, useClass: StoredDeliveryHistory },
        { provide: RecoverableDeliveries, useClass: StoredRecoverableDeliveries },
        { provide: RecoveryBook, useClass: StoredRecoveries },
        { provide: DeliverySettings, inject: [Settings], useFactory: deliverySettingsOf },
        {
          provide: GuardedClient,
          inject: [Settings, DeliverySettings],
          useFactory: guardedClientOf,
        },
        {
          provide: MessageSender,
          inject: [GuardedClient],
          useFactory: (client: GuardedClient) =>
            new UndiciMessageSender(client, `Signalbox/${version}`),
        },
        OAuthTokens,
        ReceiverValidation,
        ...handlers,
      ],
    };
  }
}

function guardedClientOf(settings: Settings, deliveries: DeliverySettings): GuardedClient {
  return new GuardedClient({
    allowedRanges: deliveries.allowedRanges,
    proxies: deliveries.proxies,
    connectTimeoutMs,
    answerBytesMax,
    connectionsPerOriginMax: settings.deliveryConcurrency,
  });
}

function deliverySettingsOf(settings: Settings): DeliverySettings {
  return {
    allowedRanges: parseAllowedRanges(settings.outboundAllowedRanges.join(',')),
    timeoutDefaultMs: nearestEndpointTimeoutMs(settings.deliveryTimeoutMs),
    proxies: new Map(settings.outboundProxies.map((url) => [new URL(url).origin, url])),
    originName: new URL(settings.publicUrl).hostname,
  };
}
