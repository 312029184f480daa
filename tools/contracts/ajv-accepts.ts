import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type {
  Accepts,
  JsonSchema,
} from '../../src/shared-kernel/contracts/compatibility/compare-schemas.ts';

/**
 * Ajv for draft 2020-12 as the judge of documents, with formats asserted. Each schema object is
 * compiled once. Throws where Ajv cannot compile a schema.
 */
export function ajvAccepts(): Accepts {
  const compiled = new WeakMap<object, ValidateFunction>();
  const shared = newAjv();
  return (schema, document) => {
    if (typeof schema === 'boolean') return schema;
    const known = compiled.get(schema);
    const validate = known ?? compile(schema, shared);
    if (!known) compiled.set(schema, validate);
    return validate(document);
  };
}

/** A schema with names gets an instance of its own: two versions of a contract share their `$id`. */
function compile(schema: JsonSchema, shared: Ajv2020): ValidateFunction {
  if (JSON.stringify(schema).includes('"$id"')) return newAjv().compile(schema);
  try {
    return shared.compile(schema);
  } finally {
    if (typeof schema === 'object') shared.removeSchema(schema);
  }
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    // A document without "constructor" has none, whatever its prototype.
    ownProperties: true,
    // Schemas are compiled for a few documents only: optimizing costs more than it saves.
    code: { optimize: false },
  });
  addFormats.default(ajv);
  return ajv;
}
