import { CaptureTag, Context, type Emitter, Liquid, type Template, toValueSync } from 'liquidjs';

export type LiquidTemplate = readonly Template[];

/** How long a rendered part may be, and what is put at its end when it had to be cut there. */
export interface OutputLimit {
  readonly bytesMax: number;
  readonly cutMark: string;
}

/** Characters of one template; longer ones are not even parsed. */
const templateCharsMax = 100_000;
/** Time of one rendering. Measured on the wall, so it must outlast a pause of the whole process. */
const renderMsMax = 250;
/** Characters and items that filters may touch in one rendering: a few times the largest data. */
const memoryMax = 8 * 1024 * 1024;

/** Tags that read other templates. There are none, and the file system is not for users. */
const fileTags = ['include', 'render', 'layout', 'block'];

/**
 * A Liquid engine for templates of users on data of strangers: time, memory and output are bounded,
 * only own properties are read, unknown filters are errors, missing values render empty.
 */
export class LiquidEngine {
  private readonly liquid: Liquid;

  /** @param escapeHtml whether every value is escaped for HTML unless the template says `raw` */
  constructor({ escapeHtml }: { readonly escapeHtml: boolean }) {
    this.liquid = new Liquid({
      parseLimit: templateCharsMax,
      renderLimit: renderMsMax,
      memoryLimit: memoryMax,
      ownPropertyOnly: true,
      strictFilters: true,
      strictVariables: false,
      timezoneOffset: 0,
      locale: 'en-US',
      templates: {},
      ...(escapeHtml ? { outputEscape: (value: unknown) => escapedForHtml(printed(value)) } : {}),
    });
    for (const tag of fileTags) Reflect.deleteProperty(this.liquid.tags, tag);
    // Its answer is random: the same event must always give the same mail.
    this.liquid.unregisterFilter('sample');
    this.liquid.registerTag('capture', MeteredCapture);
  }

  /** @throws Error of Liquid with line and column */
  parse(source: string): LiquidTemplate {
    return this.liquid.parse(source);
  }

  /** @throws Error of Liquid when a limit is reached or a value cannot be printed */
  render(template: LiquidTemplate, view: object, limit: OutputLimit): string {
    const output = new BoundedOutput(limit);
    const context = new Context(view, this.liquid.options, { sync: true }, { liquid: this.liquid });
    try {
      toValueSync(this.liquid.renderer.renderTemplates([...template], context, output));
    } catch (error) {
      if (!output.isFull) throw error;
    }
    return output.text();
  }
}

/**
 * Charges captured text to the memory limit, which Liquid forgets: a loop could double it forever.
 */
class MeteredCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    yield* super.render(context);
    context.memoryLimit.use(String(context.getSync([this.variable])).length);
  }
}

/** Collects output and ends the rendering as soon as no more of it could be sent. */
class BoundedOutput implements Emitter {
  buffer = '';
  isFull = false;

  constructor(private readonly limit: OutputLimit) {}

  write(value: unknown): void {
    const text = printed(value);
    // A character is at least one byte, so this bound never cuts too early.
    this.buffer += text.slice(0, this.limit.bytesMax + 1 - this.buffer.length);
    if (this.buffer.length <= this.limit.bytesMax) return;
    this.isFull = true;
    throw new Error('the output is full');
  }

  text(): string {
    return cutToBytes(this.buffer, this.limit);
  }
}

/** Cuts a text to a number of UTF-8 bytes, between two characters, and marks the cut. */
function cutToBytes(text: string, { bytesMax, cutMark }: OutputLimit): string {
  const whole = text.toWellFormed();
  if (Buffer.byteLength(whole) <= bytesMax) return whole;
  const room = new Uint8Array(bytesMax - Buffer.byteLength(cutMark));
  // The encoder stops before a character that does not fit whole.
  const { read } = new TextEncoder().encodeInto(whole, room);
  return whole.slice(0, read) + cutMark;
}

/** Prints like Liquid, but objects as JSON: `[object Object]` tells nobody anything. */
function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(printed).join('');
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapedForHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => htmlEscapes[character] ?? character);
}
