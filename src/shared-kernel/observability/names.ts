import {
  counter,
  gauge,
  histogram,
  type LogFieldDefinition,
  type MetricDefinition,
  type SpanDefinition,
} from './definitions.js';
import { scheduleMetrics } from './schedule-metrics.js';

/** Upper bounds in seconds. 0.1 is the latency objective of the API, so it must be a bound. */
const requestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Work inside the process is shorter than a request, waiting for other systems is longer. */
const workSeconds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];
const attemptSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** 0.005 is the objective of the contract check; the check itself takes microseconds. */
const checkSeconds = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 1e-3, 5e-3];
const groupSizes = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/**
 * Every metric of the program. Names follow the OpenTelemetry semantic conventions 1.44 where one
 * exists (dots become underscores, the unit is appended), else they start with `signalbox_`. A
 * metric that is not here does not compile.
 */
export const metrics = {
  http_server_request_duration_seconds: histogram(
    'http',
    'seconds',
    'Time from the first byte of a request to the end of its answer.',
    ['http_request_method', 'http_route', 'http_response_status_code'],
    requestSeconds,
    true,
  ),
  http_server_active_requests: gauge('http', 'requests', 'Requests that are being answered.', []),

  signalbox_message_duration_seconds: histogram(
    'messaging',
    'seconds',
    'Time that a command or query took, with its commit.',
    ['kind', 'name', 'outcome'],
    workSeconds,
  ),
  signalbox_reaction_duration_seconds: histogram(
    'messaging',
    'seconds',
    'Time that a reaction took for one event.',
    ['reaction', 'outcome'],
    workSeconds,
    true,
  ),
  signalbox_attempt_duration_seconds: histogram(
    'messaging',
    'seconds',
    'Time of one try of an external effect (a delivery, a mail).',
    ['effect', 'outcome'],
    attemptSeconds,
  ),
  signalbox_reaction_events_total: counter(
    'messaging',
    'events',
    'Events by what a reaction did with them: handled, parked, retried, dead.',
    ['reaction', 'outcome'],
  ),
  signalbox_reaction_lag_events: gauge(
    'messaging',
    'events',
    'Events in the log behind the checkpoint of a reaction.',
    ['reaction'],
  ),
  signalbox_reaction_lag_seconds: gauge(
    'messaging',
    'seconds',
    'Age of the oldest event that a reaction has not handled.',
    ['reaction'],
  ),
  signalbox_reaction_events: gauge(
    'messaging',
    'events',
    'Events that a reaction was given, by where they are: taken = handled + parked + dead + skipped.',
    ['reaction', 'state'],
  ),
  signalbox_event_log_appended_total: counter(
    'messaging',
    'events',
    'Events appended to the log, by contract name.',
    ['name'],
  ),
  signalbox_event_log_position: gauge(
    'messaging',
    'events',
    'Position of the newest event in the log.',
    [],
  ),
  signalbox_due_work: gauge(
    'messaging',
    'items',
    'External effects whose time has come and that no worker has claimed.',
    ['effect'],
  ),

  ...scheduleMetrics,

  signalbox_contract_checks_total: counter(
    'contracts',
    'checks',
    'Contract checks by contract (`METHOD /route` at HTTP), version, direction (in, out), ' +
      'consumer (reaction id, module or http) and outcome (ok, violated).',
    ['contract', 'version', 'direction', 'consumer', 'outcome'],
  ),
  signalbox_contract_deprecated_uses_total: counter(
    'contracts',
    'uses',
    'Uses of contracts that are deprecated, by who uses them.',
    ['contract', 'version', 'consumer'],
  ),
  signalbox_contract_check_duration_seconds: histogram(
    'contracts',
    'seconds',
    'Time of one contract check.',
    [],
    checkSeconds,
  ),

  signalbox_store_commit_duration_seconds: histogram(
    'persistence',
    'seconds',
    'Time from handing in a commit until it is durable.',
    [],
    requestSeconds,
  ),
  signalbox_store_commits_total: counter(
    'persistence',
    'commits',
    'Commits by outcome: committed, conflict, failed.',
    ['outcome'],
  ),
  signalbox_store_group_size: histogram(
    'persistence',
    'commits',
    'Commits that shared one transaction and one fsync.',
    [],
    groupSizes,
  ),
  signalbox_store_waiting: gauge('persistence', 'commits', 'Commits that wait for the writer.', []),

  signalbox_webhooks_received_total: counter(
    'webhooks',
    'webhooks',
    'Requests at sources: accepted, duplicate, rejected, handshake, and refused before they were ' +
      'read; with the reason.',
    ['provider', 'outcome', 'reason'],
  ),
  signalbox_quarantine_requests_total: counter(
    'webhooks',
    'requests',
    'Rejected requests: kept in quarantine, or skipped because a source was sent too many at once.',
    ['outcome'],
  ),
  signalbox_quarantine_releases_total: counter(
    'webhooks',
    'requests',
    'Quarantined requests that were to be released, by what became of them.',
    ['outcome'],
  ),

  signalbox_deliveries_total: counter(
    'deliveries',
    'deliveries',
    'Deliveries by how they ended: delivered, exhausted, discarded.',
    ['outcome'],
  ),
  signalbox_delivery_attempts_total: counter(
    'deliveries',
    'attempts',
    'Tries to deliver, by outcome.',
    ['outcome'],
  ),

  signalbox_notifications_total: counter(
    'notifications',
    'notifications',
    'Notifications by channel and how they ended.',
    ['channel', 'outcome'],
  ),

  signalbox_build_info: gauge('observability', 'info', 'Always 1; says which release runs.', [
    'version',
  ]),
  signalbox_telemetry_dropped_total: counter(
    'observability',
    'items',
    'Spans, log lines and measurements that were given up to stay within limits.',
    ['signal'],
  ),
  nodejs_eventloop_utilization_ratio: gauge(
    'observability',
    'ratio',
    'Share of the time since the last scrape in which the event loop was busy.',
    [],
  ),
} as const satisfies Record<string, MetricDefinition>;

/** The spans that the pipeline makes, by the kind of message. */
export const spans = {
  http: { name: '{METHOD} {route}', kind: 'server', help: 'One request to the API or a source.' },
  command: { name: '{module.do-something}', kind: 'internal', help: 'One command.' },
  query: { name: '{module.find-something}', kind: 'internal', help: 'One query.' },
  reaction: { name: '{reaction id}', kind: 'consumer', help: 'One event in one reaction.' },
  attempt: { name: '{effect}', kind: 'client', help: 'One try of an external effect.' },
} as const satisfies Record<string, SpanDefinition>;

const keyword = (help: string) => ({ type: 'keyword', help }) as const;
const long = (help: string) => ({ type: 'long', help }) as const;

/**
 * Every field of a log line: Elastic Common Schema 8 names
 * (https://www.elastic.co/guide/en/ecs/8.10/), and `labels.*` for what that schema does not know. A
 * field that is not here does not compile.
 */
export const logFields = {
  '@timestamp': { type: 'date', help: 'When the line was written, ISO 8601 in UTC.' },
  'log.level': keyword('debug, info, warn, error or fatal; error means that somebody must act.'),
  'log.logger': keyword('Part of the framework that wrote the line.'),
  message: { type: 'match_only_text', help: 'What happened, for people.' },
  'ecs.version': keyword('Version of the schema.'),
  'service.name': keyword('Always signalbox.'),
  'service.version': keyword('Release that runs.'),
  'service.node.name': keyword('The instance, the same as in traces.'),
  'trace.id': keyword('Trace that the work belongs to.'),
  'span.id': keyword('Span that the work runs in.'),
  'event.action': keyword('What was done: the name of the message.'),
  'event.dataset': keyword('signalbox, or signalbox.{http, command, query, reaction, attempt}.'),
  'event.duration': long('How long it took, in nanoseconds.'),
  'event.outcome': keyword('success, failure or unknown.'),
  'event.reason': keyword('Why it ended so.'),
  'http.request.id': keyword('Id of the request, as in its answer.'),
  'http.request.method': keyword('Method of the request.'),
  'http.request.body.bytes': long('Size of the request body.'),
  'http.response.status_code': long('Status of the answer.'),
  'http.response.body.bytes': long('Size of the answer body.'),
  'url.path': { type: 'wildcard', help: 'Path of the request; never one that holds a token.' },
  'url.domain': keyword('Host that an attempt went to.'),
  'client.ip': { type: 'ip', help: 'Address that the request came from.' },
  'user_agent.original': keyword('User agent of the request.'),
  'user.id': keyword('Id of the API key.'),
  'organization.id': keyword('Tenant.'),
  'error.code': keyword('Stable code of the error catalogue, or of the system.'),
  'error.type': keyword('Class of the error.'),
  'error.message': { type: 'match_only_text', help: 'What went wrong.' },
  'error.stack_trace': { type: 'wildcard', help: 'Stack of an error that is a bug.' },
  'labels.correlation_id': keyword('One id for everything that one outside cause led to.'),
  'labels.causation_id': keyword('Id of the event that caused the work.'),
  'labels.hops': long('Reactions that led here.'),
  'labels.http_route': keyword('Route template of the request.'),
  'labels.contract': keyword('Contract of the message.'),
  'labels.contract_version': long('Version of that contract.'),
  'labels.contract_consumer': keyword('Who uses it: a reaction, a module or http.'),
  'labels.reaction': keyword('Id of the reaction.'),
  'labels.provider': keyword('Provider of the source.'),
  'labels.source_id': keyword('Source of the webhook.'),
  'labels.webhook_outcome': keyword('What became of a request at a source.'),
  'labels.quarantine_id': keyword('Rejected request in quarantine.'),
  'labels.webhook_id': keyword('Webhook that was received.'),
  'labels.event_id': keyword('Event that is handled.'),
  'labels.event_type': keyword('CloudEvents type of that event.'),
  'labels.event_position': long('Place of that event in the log.'),
  'labels.rule_id': keyword('Rule that acted.'),
  'labels.endpoint_id': keyword('Endpoint of a delivery.'),
  'labels.delivery_id': keyword('Delivery that is tried.'),
  'labels.recovery_id': keyword('Recovery of deliveries that goes on.'),
  'labels.notification_id': keyword('Notification that is tried.'),
  'labels.schedule_id': keyword('Schedule that is run.'),
  'labels.command_id': keyword('Queued command that is run.'),
  'labels.channel': keyword('Channel of that notification.'),
  'labels.attempt': long('Number of this try, from 1.'),
  'labels.retry_at': keyword('When the next try is due, ISO 8601.'),
  'labels.settings': keyword('Resolved settings at start, secrets masked.'),
} as const satisfies Record<string, LogFieldDefinition>;

export type MetricName = keyof typeof metrics;
export type LogFieldName = keyof typeof logFields;
