import { canonicalJson, isObject } from './json-schema.js';
import { holding, isAnnotation } from './keywords.js';
import { SchemaDocument } from './schema-document.js';

/** A schema with its place; equal ids accept the same documents. */
export interface SchemaNode {
  readonly id: number;
  readonly schema: unknown;
  readonly document: SchemaDocument;
}

/** A schema that a document must fit, or with `negated` must not fit. */
export interface Signed {
  readonly node: SchemaNode;
  readonly negated: boolean;
}

const references = new Set(['$ref', '$dynamicRef', '$recursiveRef']);

/**
 * Gives schemas numbers so that two schemas with the same structure, annotations aside, are the
 * same number: a schema and its negation then cancel without being looked into.
 */
export class SchemaPool {
  readonly #nodes = new Map<string, SchemaNode>();
  readonly #known = new Map<SchemaDocument, Map<object, SchemaNode>>();
  readonly #documents = new Map<string, SchemaDocument>();
  readonly #own = this.document(true);

  /** The document of a whole schema. */
  document(root: unknown): SchemaDocument {
    const text = canonicalJson(root);
    const known = this.#documents.get(text);
    if (known) return known;
    const made = new SchemaDocument(root, this.#documents.size);
    this.#documents.set(text, made);
    return made;
  }

  /** The node of a schema that stands in that document. */
  node(schema: unknown, document: SchemaDocument): SchemaNode {
    if (!isObject(schema)) return this.#intern(canonicalJson(schema), schema, document);
    const known = this.#known.get(document) ?? new Map<object, SchemaNode>();
    this.#known.set(document, known);
    const found = known.get(schema);
    if (found) return found;
    const node = this.#intern(this.#structureOf(schema, document), schema, document);
    known.set(schema, node);
    return node;
  }

  /** The node of a schema that the checker made up; it must hold no references. */
  made(schema: unknown): SchemaNode {
    return this.#intern(this.#structureOf(schema, this.#own), schema, this.#own);
  }

  /** The node that accepts nothing but these values. */
  oneOf(values: readonly unknown[]): SchemaNode {
    return this.made({ enum: values });
  }

  #intern(structure: string, schema: unknown, document: SchemaDocument): SchemaNode {
    const known = this.#nodes.get(structure);
    if (known) return known;
    const made = { id: this.#nodes.size, schema, document };
    this.#nodes.set(structure, made);
    return made;
  }

  #structureOf(schema: unknown, document: SchemaDocument): string {
    if (!isObject(schema)) return canonicalJson(schema);
    const parts = Object.keys(schema)
      .filter((keyword) => !isAnnotation(keyword, schema[keyword]))
      .sort()
      .map((keyword) => `${JSON.stringify(keyword)}:${this.#partOf(schema, keyword, document)}`);
    return parts.length === 0 ? 'true' : `{${parts.join(',')}}`;
  }

  #partOf(schema: Readonly<Record<string, unknown>>, keyword: string, document: SchemaDocument) {
    const value = schema[keyword];
    if (references.has(keyword)) {
      return `${document.id}<${document.baseOf(schema)}>${canonicalJson(value)}`;
    }
    const idOf = (each: unknown) => `#${this.node(each, document).id}`;
    const held = holding(keyword);
    if (held === 'one') return idOf(value);
    if (held === 'list' && Array.isArray(value)) return `[${value.map(idOf).join(',')}]`;
    if (held === 'by-name' && isObject(value)) {
      const names = Object.keys(value).sort();
      return `{${names.map((name) => `${JSON.stringify(name)}:${idOf(value[name])}`).join(',')}}`;
    }
    const text = canonicalJson(value);
    // What hides a reference means something only together with its document.
    return /"\$(?:ref|dynamicRef|recursiveRef)"/.test(text) ? `${document.id}:${text}` : text;
  }
}
