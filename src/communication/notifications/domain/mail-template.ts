import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import { notificationErrors } from '../errors.js';
import { LiquidEngine, type LiquidTemplate, type OutputLimit } from './liquid-engine.js';
import { TemplateCache } from './template-cache.js';

/** The Liquid sources of a mail. */
export interface MailTemplate {
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

/** The parsed sources of a mail. */
export interface CompiledMailTemplate {
  readonly subject: LiquidTemplate;
  readonly text: LiquidTemplate;
  readonly html: LiquidTemplate | null;
}

/** What a template can name. */
export interface MailView {
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly source: string;
    readonly subject: string | null;
    /** ISO 8601. */
    readonly time: string;
    readonly data: unknown;
  };
  /** Facts about the webhook that became the event, when one did. */
  readonly webhook?: Readonly<Record<string, unknown>>;
  readonly rule: { readonly id: string; readonly name: string };
}

/** A mail as it is sent; the subject is one line. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
}

type Part = keyof RenderedMail;

const cutLine = '\n[The rest did not fit into this mail.]\n';
const limits: Record<Part, OutputLimit> = {
  // A line of a mail has at most 998 characters (RFC 5322, 2.1.1); the header's name needs some.
  subject: { bytesMax: 900, cutMark: '…' },
  text: { bytesMax: 256 * 1024, cutMark: cutLine },
  html: { bytesMax: 256 * 1024, cutMark: cutLine },
};

const plainEngine = new LiquidEngine({ escapeHtml: false });
const htmlEngine = new LiquidEngine({ escapeHtml: true });
const engines = { subject: plainEngine, text: plainEngine, html: htmlEngine };
const caches = {
  subject: new TemplateCache(),
  text: new TemplateCache(),
  html: new TemplateCache(),
};

// Control characters of both blocks, and the two line separators of Unicode.
const breaksTheLine = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * Parses the templates of a mail (Liquid as LiquidJS 10 speaks it, without tags that read files).
 * Parsed templates are remembered by their text, so compiling the same one again costs a lookup.
 *
 * @param pathPrefix put before the field paths, e.g. `actions.0.`
 * @throws notifications.invalid-template with one fault per part, each with line and column
 */
export function compileMailTemplate(template: MailTemplate, pathPrefix = ''): CompiledMailTemplate {
  const faults: FieldFault[] = [];
  const compile = (part: Part, source: string): LiquidTemplate => {
    try {
      return caches[part].get(source, () => engines[part].parse(source));
    } catch (error) {
      faults.push({ path: pathPrefix + part, fault: messageOf(error) });
      return [];
    }
  };
  const compiled = {
    subject: compile('subject', template.subject),
    text: compile('text', template.text),
    html: template.html === undefined ? null : compile('html', template.html),
  };
  if (faults.length === 0) return compiled;
  const parts = faults.map(({ path }) => path).join(', ');
  throw notificationErrors.invalidTemplate(`Liquid cannot read ${parts}.`, { fields: faults });
}

/**
 * Renders a mail for one event. Values are escaped in the HTML part only. A part that grows beyond
 * its limit is cut and says so: a long event is no reason to tell nobody.
 *
 * @throws notifications.render-failed when a template needs too much time or memory
 */
export function renderMail(compiled: CompiledMailTemplate, view: MailView): RenderedMail {
  const render = (part: Part, template: LiquidTemplate): string => {
    try {
      return engines[part].render(template, view, limits[part]);
    } catch (cause) {
      const fault = messageOf(cause);
      const fields = [{ path: part, fault }];
      throw notificationErrors.renderFailed(`The ${part}: ${fault}`, { fields, cause });
    }
  };
  return {
    subject: oneLine(render('subject', compiled.subject)),
    text: render('text', compiled.text),
    html: compiled.html === null ? null : render('html', compiled.html),
  };
}

/** A header must be one line: what would begin another header becomes a space. */
function oneLine(text: string): string {
  return text.replace(breaksTheLine, ' ').trim();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
