import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ApplyRetention } from './apply-retention.js';
import { ArchiveController } from './archive.controller.js';
import { ArchiveEvents } from './archive-events.js';
import { FindSegmentsHandler } from './find-segments.js';
import { ForgetRows } from './forget-rows.js';
import { GetSegmentHandler } from './get-segment.js';
import { OldEvents } from './old-events.js';
import { ReactionProgress } from './reaction-progress.js';
import { RetentionLimits } from './retention-limits.js';
import { RetentionParts } from './retention-parts.js';

/** Keeps the tables from growing for ever, and shows the archive. */
@Module({})
export class RetentionModule {
  static forRoot(limits: RetentionLimits): DynamicModule {
    return {
      module: RetentionModule,
      imports: [DiscoveryModule],
      controllers: [ArchiveController],
      providers: [
        { provide: RetentionLimits, useValue: limits },
        RetentionParts,
        ReactionProgress,
        ArchiveEvents,
        OldEvents,
        ForgetRows,
        ApplyRetention,
        FindSegmentsHandler,
        GetSegmentHandler,
      ],
    };
  }
}
