import { Module } from '@nestjs/common';
import { QueuedCommandsController } from './queued-commands.controller.js';
import { SchedulesController } from './schedules.controller.js';

/** The HTTP side of schedules and queued commands; what runs them is part of messaging. */
@Module({ controllers: [SchedulesController, QueuedCommandsController] })
export class SchedulesModule {}
