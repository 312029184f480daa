import { Module } from '@nestjs/common';
import { StoredEvaluations } from './adapters/stored-evaluations.js';
import { StoredPublishedEvents } from './adapters/stored-published-events.js';
import { StoredRules } from './adapters/stored-rules.js';
import { ChangeRuleHandler } from './commands/change-rule.js';
import { CreateRuleHandler } from './commands/create-rule.js';
import { DeleteRuleHandler } from './commands/delete-rule.js';
import { PublishEventsHandler } from './commands/publish-events.js';
import { SubscribeEndpointHandler } from './commands/subscribe-endpoint.js';
import { PublishedEvents } from './domain/published-events.js';
import { RuleBook } from './domain/rule-book.js';
import { RuleEvaluations } from './domain/rule-evaluations.js';
import { EventsController } from './http/events.controller.js';
import { PublishingController } from './http/publishing.controller.js';
import { RuleListController } from './http/rule-list.controller.js';
import { RuleTestsController } from './http/rule-tests.controller.js';
import { RuleWhatIfController } from './http/rule-what-if.controller.js';
import { RulesController } from './http/rules.controller.js';
import { EndpointSubscriptionsHandler } from './queries/endpoint-subscriptions.js';
import { FindEventsHandler } from './queries/find-events.js';
import { FindRulesHandler } from './queries/find-rules.js';
import { GetEventPayloadHandler } from './queries/get-event-payload.js';
import { GetEventHandler } from './queries/get-event.js';
import { GetRuleHandler } from './queries/get-rule.js';
import { KnownEventTypesHandler } from './queries/known-event-types.js';
import { MatchEndpointEventsHandler } from './queries/match-endpoint-events.js';
import { TestRulesHandler } from './queries/test-rules.js';
import { WhatIfRuleHandler } from './queries/what-if-rule.js';
import { MatchRulesWhenEventArrived } from './reactions/match-rules-when-event-arrived.js';

/** Events and rules: publish, match, look at what happened. */
@Module({
  controllers: [
    EventsController,
    PublishingController,
    RulesController,
    RuleListController,
    RuleTestsController,
    RuleWhatIfController,
  ],
  providers: [
    { provide: RuleBook, useClass: StoredRules },
    { provide: RuleEvaluations, useClass: StoredEvaluations },
    { provide: PublishedEvents, useClass: StoredPublishedEvents },
    CreateRuleHandler,
    ChangeRuleHandler,
    DeleteRuleHandler,
    PublishEventsHandler,
    FindRulesHandler,
    GetRuleHandler,
    TestRulesHandler,
    WhatIfRuleHandler,
    MatchEndpointEventsHandler,
    SubscribeEndpointHandler,
    EndpointSubscriptionsHandler,
    KnownEventTypesHandler,
    FindEventsHandler,
    GetEventHandler,
    GetEventPayloadHandler,
    MatchRulesWhenEventArrived,
  ],
})
export class EventProcessingModule {}
