/** Keywords that say something about a schema but never reject a document. */
const annotations = new Set([
  '$id',
  '$anchor',
  '$defs',
  'definitions',
  '$comment',
  '$vocabulary',
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'discriminator',
  'externalDocs',
  'xml',
]);

const holdingOneSchema = new Set([
  'additionalProperties',
  'propertyNames',
  'items',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const holdingSchemasByName = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
]);
const holdingSchemaLists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);

const draft = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/**
 * True when the keyword never rejects a document; `x-…` extensions are taken as such. A `$schema`
 * of another draft gives other meanings to the keywords beside it.
 */
export function isAnnotation(keyword: string, value: unknown): boolean {
  if (keyword === '$schema') return typeof value === 'string' && draft.test(value);
  return annotations.has(keyword) || keyword.startsWith('x-');
}

/** How a keyword holds schemas in its value, `none` when it holds plain JSON. */
export function holding(keyword: string): 'one' | 'by-name' | 'list' | 'none' {
  if (holdingOneSchema.has(keyword)) return 'one';
  if (holdingSchemasByName.has(keyword)) return 'by-name';
  return holdingSchemaLists.has(keyword) ? 'list' : 'none';
}
