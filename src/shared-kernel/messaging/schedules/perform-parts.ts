import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Meter } from '#shared-kernel/observability/meter.js';

/** What the workers of this folder need beside their storage and the log. */
@Injectable()
export class PerformParts {
  constructor(
    readonly clock: Clock,
    readonly meter: Meter,
  ) {}
}
