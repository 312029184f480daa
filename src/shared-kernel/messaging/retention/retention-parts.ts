import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { RetentionLimits } from './retention-limits.js';

/** The limits, and the time that they are held against. */
@Injectable()
export class RetentionParts {
  constructor(
    readonly limits: RetentionLimits,
    readonly clock: Clock,
  ) {}
}
