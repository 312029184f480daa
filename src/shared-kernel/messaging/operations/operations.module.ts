import { Module } from '@nestjs/common';
import { BulkChange } from './bulk-change.js';
import { CancelReplayHandler } from './cancel-replay.js';
import { ChangeByHand } from './change-by-hand.js';
import { EditParkedEventHandler } from './edit-parked-event.js';
import { EngineControl } from './engine-control.js';
import { GetParkedEventHandler } from './get-parked-event.js';
import { GetReactionHandler } from './get-reaction.js';
import { GetReplayHandler } from './get-replay.js';
import { ListParkedEventsHandler } from './list-parked-events.js';
import { ListReactionsHandler } from './list-reactions.js';
import { ListReplaysHandler } from './list-replays.js';
import { OperatorOnly } from './operator-only.guard.js';
import { ParkedEventController } from './parked-event.controller.js';
import { ParkedEventFinder } from './parked-event-finder.js';
import { ParkedEventReader } from './parked-event-reader.js';
import { ParkedEventsController } from './parked-events.controller.js';
import { PauseReactionHandler } from './pause-reaction.js';
import { ReactionControl } from './reaction-control.js';
import { ReactionReports } from './reaction-reports.js';
import { ReactionsController } from './reactions.controller.js';
import { ReplayRanges } from './replay-range.js';
import { ReplaysController } from './replays.controller.js';
import { RetryParkedEventHandler } from './retry-parked-event.js';
import { RetryParkedEventsHandler } from './retry-parked-events.js';
import { SkipParkedEventHandler } from './skip-parked-event.js';
import { SkipParkedEventsHandler } from './skip-parked-events.js';
import { StartReplayHandler } from './start-replay.js';

/** Operators' hands on reactions: find, pause, retry, edit, skip and replay over HTTP. */
@Module({
  controllers: [
    ReactionsController,
    ParkedEventsController,
    ParkedEventController,
    ReplaysController,
  ],
  providers: [
    { provide: ReactionControl, useClass: EngineControl },
    OperatorOnly,
    ParkedEventReader,
    ParkedEventFinder,
    ReactionReports,
    ReplayRanges,
    ChangeByHand,
    BulkChange,
    ListReactionsHandler,
    GetReactionHandler,
    PauseReactionHandler,
    ListParkedEventsHandler,
    GetParkedEventHandler,
    RetryParkedEventHandler,
    RetryParkedEventsHandler,
    SkipParkedEventHandler,
    SkipParkedEventsHandler,
    EditParkedEventHandler,
    StartReplayHandler,
    ListReplaysHandler,
    GetReplayHandler,
    CancelReplayHandler,
  ],
})
export class OperationsModule {}
