import { isoTime } from '#shared-kernel/domain/clock.js';
import { DomainError, type FieldFault } from '#shared-kernel/domain/domain-error.js';
import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import { notificationErrors } from '../errors.js';
import { eventData } from './event-data.js';
import {
  compileMailTemplate,
  type MailTemplate,
  type MailView,
  type RenderedMail,
  renderMail,
} from './mail-template.js';

/** A rendered mail, or why the template cannot be rendered for this event. */
export type Rendering = { readonly mail: RenderedMail } | { readonly fault: string };

const templateCodes = [
  notificationErrors.invalidTemplate.code,
  notificationErrors.renderFailed.code,
];

/** Renders a mail; a template that fails is an outcome, since no later try would fare better. */
export function tryRendering(template: MailTemplate, view: MailView): Rendering {
  try {
    return { mail: renderMail(compileMailTemplate(template), view) };
  } catch (error) {
    const { fields = [] } = templateFault(error);
    return { fault: fields.map(({ path, fault }) => `${path}: ${fault}`).join('; ') };
  }
}

/** The faults of a template by part, none when it compiles. */
export function templateFaults(template: MailTemplate): FieldFault[] {
  try {
    compileMailTemplate(template);
    return [];
  } catch (error) {
    return [...(templateFault(error).fields ?? [])];
  }
}

/** What templates can name of an event and of the rule that it matched. */
export function mailViewOf(event: EventRow, rule: MailView['rule']): MailView {
  const { id, type, source, subject, occurred_at_ms } = event;
  const time = isoTime(occurred_at_ms);
  return { event: { id, type, source, subject, time, data: eventData(event) }, rule };
}

function templateFault(error: unknown): DomainError {
  if (error instanceof DomainError && templateCodes.includes(error.code)) return error;
  throw error;
}
