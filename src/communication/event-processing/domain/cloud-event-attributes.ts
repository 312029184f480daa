import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import { rfc3339Ms } from './rfc3339.js';

/** A value of a CloudEvents attribute; the binary mode knows strings only. */
type AttributeValue = string | number | boolean;

/** The context attributes of one CloudEvent, checked. */
export interface CloudEventAttributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | null;
  readonly timeMs: number | null;
  readonly dataSchema: string | null;
  readonly dataContentType: string | null;
  /** All attributes that CloudEvents itself does not define. */
  readonly extensions: Record<string, AttributeValue>;
}

export interface AttributeLimits {
  readonly idCharsMax: number;
  readonly sourceCharsMax: number;
  readonly typeCharsMax: number;
  readonly otherCharsMax: number;
  readonly extensionsMax: number;
}

/** Types of our own events; a client that could publish them could forge them. */
const reservedTypePrefixes = ['communication.', 'infrastructure.', 'signalbox.'];

const namePattern = /^[a-z0-9]{1,20}$/;
// The core specification forbids both control blocks, and a lone surrogate has no UTF-8 form.
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/;
const integerMax = 2 ** 31 - 1;

/**
 * Checks the attributes of one event by the rules of CloudEvents 1.0
 * (https://github.com/cloudevents/spec, spec.md, "Context Attributes") and our limits. `null` means
 * absent, as the JSON format asks.
 *
 * @returns the attributes, or every fault that was found, with paths that begin with `pathPrefix`
 */
export function readAttributes(
  values: ReadonlyMap<string, unknown>,
  limits: AttributeLimits,
  pathPrefix: string,
): { readonly attributes: CloudEventAttributes } | { readonly faults: FieldFault[] } {
  const reader = new AttributeReader(values, limits, pathPrefix);
  const attributes = reader.read();
  return reader.faults.length > 0 ? { faults: reader.faults } : { attributes };
}

class AttributeReader {
  readonly faults: FieldFault[] = [];
  private readonly left: Map<string, unknown>;

  constructor(
    values: ReadonlyMap<string, unknown>,
    private readonly limits: AttributeLimits,
    private readonly pathPrefix: string,
  ) {
    this.left = new Map([...values].filter(([, value]) => value !== null && value !== undefined));
  }

  read(): CloudEventAttributes {
    const { idCharsMax, sourceCharsMax, typeCharsMax, otherCharsMax } = this.limits;
    const version = this.required('specversion', otherCharsMax);
    if (version !== '' && version !== '1.0') this.fault('specversion', 'must be 1.0');
    return {
      id: this.required('id', idCharsMax),
      source: this.source(sourceCharsMax),
      type: this.type(typeCharsMax),
      subject: this.text('subject', otherCharsMax),
      timeMs: this.time(),
      dataSchema: this.dataSchema(otherCharsMax),
      dataContentType: this.text('datacontenttype', otherCharsMax),
      extensions: this.extensions(),
    };
  }

  private type(charsMax: number): string {
    const type = this.required('type', charsMax);
    const reserved = reservedTypePrefixes.find((prefix) => type.startsWith(prefix));
    if (reserved !== undefined) {
      this.fault('type', `types that begin with ${reserved} are reserved for our own events`);
    }
    return type;
  }

  private source(charsMax: number): string {
    const source = this.required('source', charsMax);
    if (/\s/.test(source)) this.fault('source', 'must be a URI reference, without spaces');
    return source;
  }

  private dataSchema(charsMax: number): string | null {
    const schema = this.text('dataschema', charsMax);
    const isUri = schema === null || URL.canParse(schema);
    if (!isUri) this.fault('dataschema', 'must be an absolute URI');
    return schema;
  }

  private time(): number | null {
    const text = this.text('time', this.limits.otherCharsMax);
    if (text === null) return null;
    const timeMs = rfc3339Ms(text);
    if (timeMs === undefined) this.fault('time', 'must be an RFC 3339 time');
    return timeMs ?? null;
  }

  private required(name: string, charsMax: number): string {
    return this.text(name, charsMax, 'is required') ?? '';
  }

  private text(name: string, charsMax: number, whenMissing?: string): string | null {
    const value = this.left.get(name);
    this.left.delete(name);
    let fault = value === undefined ? whenMissing : textFault(value, charsMax);
    if (value === '') fault = 'must not be empty';
    if (fault !== undefined) this.fault(name, fault);
    // A faulty value is not looked at again: one fault for one field.
    return fault === undefined && typeof value === 'string' ? value : null;
  }

  private extensions(): Record<string, AttributeValue> {
    const { extensionsMax, otherCharsMax } = this.limits;
    if (this.left.size > extensionsMax) {
      this.faults.push({
        path: this.pathPrefix.slice(0, -1),
        fault: `at most ${extensionsMax} extensions`,
      });
      return {};
    }
    const entries: [string, AttributeValue][] = [];
    for (const [name, value] of this.left) {
      const fault = nameFault(name) ?? valueFault(value, otherCharsMax);
      if (fault !== undefined) this.fault(name, fault);
      else if (isAttributeValue(value)) entries.push([name, value]);
    }
    return Object.fromEntries(entries);
  }

  private fault(name: string, fault: string): void {
    this.faults.push({ path: this.pathPrefix + name, fault });
  }
}

function nameFault(name: string): string | undefined {
  if (name === 'data' || !namePattern.test(name)) {
    return 'the name of an attribute has 1 to 20 characters from a-z and 0-9, and is not `data`';
  }
  return undefined;
}

function isAttributeValue(value: unknown): value is AttributeValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function valueFault(value: unknown, charsMax: number): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value !== 'number') return textFault(value, charsMax);
  const fits = Number.isInteger(value) && value >= -integerMax - 1 && value <= integerMax;
  return fits ? undefined : 'a number must be a whole one of 32 bits';
}

function textFault(value: unknown, charsMax: number): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (value.length > charsMax) return `at most ${charsMax} characters`;
  if (controlCharacters.test(value)) return 'must not hold control characters';
  return value.isWellFormed() ? undefined : 'must be well-formed Unicode';
}
