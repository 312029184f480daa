import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock } from '#shared-kernel/domain/clock.js';
import { httpErrors } from '#shared-kernel/http/http-errors.js';
import {
  type Admission,
  type GatedRequest,
  guardRoutes,
  RequestGate,
} from '#shared-kernel/http/request-gates.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { RateLimiter } from '../domain/rate-limiter.js';
import { admitRequest } from '../domain/source-admission.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { refusalError } from '../errors.js';

/**
 * Stands before the addresses of sources: what a source does not let in is refused before its body
 * is read, so that it costs a look into memory.
 */
@Injectable()
export class SourceGate extends RequestGate implements OnModuleInit {
  private readonly limiter = new RateLimiter();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly sources: SourceRegistry,
    private readonly clock: Clock,
    private readonly meter: Meter,
  ) {
    super();
  }

  onModuleInit(): void {
    guardRoutes(this.host, '/hooks/', this);
  }

  async admit({ parameters, address, bodyBytes, facts }: GatedRequest): Promise<Admission> {
    facts['client.ip'] = address;
    const known = await this.sources.byToken(parameters['token'] ?? '');
    // What becomes of an address that no source has is decided where its method is known.
    if (known === undefined) return { bodyBytesMax: null };
    const { source } = known;
    facts['labels.source_id'] = source.id;
    const arriving = { address, bodyBytes };
    const admission = admitRequest(source, arriving, this.limiter, this.clock.now());
    if (admission.admitted) return { bodyBytesMax: source.options.bodyBytesMax };
    const { reason, retryAfterSeconds } = admission;
    const { provider } = source;
    facts['labels.provider'] = provider;
    facts['event.reason'] = reason;
    const labels = { provider, outcome: 'refused', reason };
    this.meter.count('signalbox_webhooks_received_total', labels);
    if (reason === 'body-too-large') {
      throw httpErrors.bodyTooLarge('The body is larger than this address takes.');
    }
    throw refusalError(reason, retryAfterSeconds);
  }
}
