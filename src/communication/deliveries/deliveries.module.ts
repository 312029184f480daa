import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Settings } from '#shared-kernel/config/settings.js';
import { SigningEventSender } from './adapters/signing-event-sender.js';
import { StoredDeliveryHistory } from './adapters/stored-delivery-history.js';
import { StoredDeliveryQueue } from './adapters/stored-delivery-queue.js';
import { StoredEndpoints } from './adapters/stored-endpoints.js';
import { UndiciMessageSender } from './adapters/undici-message-sender.js';
import { AddEndpointSecretHandler } from './commands/add-endpoint-secret.js';
import { AttemptDelivery } from './commands/attempt-delivery.js';
import { ChangeEndpointHandler } from './commands/change-endpoint.js';
import { CreateEndpointHandler } from './commands/create-endpoint.js';
import { DeleteEndpointHandler } from './commands/delete-endpoint.js';
import { RemoveEndpointSecretHandler } from './commands/remove-endpoint-secret.js';
import { RetryDeliveryHandler } from './commands/retry-delivery.js';
import { parseAllowedRanges } from './domain/address-guard.js';
import { DeliveryHistory } from './domain/delivery-history.js';
import { DeliveryQueue } from './domain/delivery-queue.js';
import { DeliverySettings } from './domain/delivery-settings.js';
import { EndpointRegistry } from './domain/endpoint-registry.js';
import { nearestEndpointTimeoutMs } from './domain/endpoint.js';
import { EventSender } from './domain/event-sender.js';
import { KnownEndpoints } from './domain/known-endpoints.js';
import { MessageSender } from './domain/message-sender.js';
import { DeliveriesController } from './http/deliveries.controller.js';
import { EndpointController } from './http/endpoint.controller.js';
import { EndpointSecretsController } from './http/endpoint-secrets.controller.js';
import { EndpointsController } from './http/endpoints.controller.js';
import { DeliveriesOfEventHandler } from './queries/deliveries-of-event.js';
import { EndpointExistsHandler } from './queries/endpoint-exists.js';
import { FindDeliveriesHandler } from './queries/find-deliveries.js';
import { FindEndpointsHandler } from './queries/find-endpoints.js';
import { GetDeliveryHandler } from './queries/get-delivery.js';
import { GetEndpointHandler } from './queries/get-endpoint.js';
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
  ScheduleDeliveryWhenRuleMatched,
  FindEndpointsHandler,
  GetEndpointHandler,
  EndpointExistsHandler,
  FindDeliveriesHandler,
  GetDeliveryHandler,
  DeliveriesOfEventHandler,
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
        DeliveriesController,
      ],
      providers: [
        { provide: EndpointRegistry, useClass: StoredEndpoints },
        { provide: KnownEndpoints, useExisting: EndpointRegistry },
        { provide: EventSender, useClass: SigningEventSender },
        { provide: DeliveryQueue, useClass: StoredDeliveryQueue },
        { provide: DeliveryHistory, useClass: StoredDeliveryHistory },
        { provide: DeliverySettings, inject: [Settings], useFactory: deliverySettingsOf },
        {
          provide: MessageSender,
          inject: [Settings, DeliverySettings],
          useFactory: ({ deliveryConcurrency }: Settings, { allowedRanges }: DeliverySettings) =>
            new UndiciMessageSender({
              allowedRanges,
              connectTimeoutMs,
              answerBytesMax,
              connectionsPerOriginMax: deliveryConcurrency,
              userAgent: `Signalbox/${version}`,
            }),
        },
        ...handlers,
      ],
    };
  }
}

function deliverySettingsOf(settings: Settings): DeliverySettings {
  return {
    allowedRanges: parseAllowedRanges(settings.outboundAllowedRanges.join(',')),
    timeoutDefaultMs: nearestEndpointTimeoutMs(settings.deliveryTimeoutMs),
  };
}
