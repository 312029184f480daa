const text = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
const level = { enum: ['none', 'note', 'warning', 'error'] };

const object = (required: readonly string[], properties: object) => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

const descriptor = object(['id'], {
  id: { type: 'string' },
  shortDescription: text,
  fullDescription: text,
  help: text,
  defaultConfiguration: object([], { level }),
});

const location = object([], {
  physicalLocation: object(['artifactLocation'], {
    artifactLocation: object([], {
      // 3.4.3: a relative reference of RFC 3986.
      uri: { type: 'string', format: 'uri-reference' },
      uriBaseId: { type: 'string' },
    }),
    region: object([], {
      startLine: { type: 'integer', minimum: 1 },
      snippet: object([], { text: { type: 'string' } }),
    }),
  }),
});

const result = object(['message'], {
  ruleId: { type: 'string' },
  ruleIndex: { type: 'integer', minimum: -1 },
  level,
  message: text,
  locations: { type: 'array', items: location },
  partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
});

/**
 * SARIF 2.1.0 as far as we write it: what the standard requires of these objects, and no property
 * that it does not know (sections 3.13 to 3.52).
 */
export const sarifSchema = object(['version', 'runs'], {
  $schema: { type: 'string', format: 'uri' },
  version: { const: '2.1.0' },
  runs: {
    type: 'array',
    items: object(['tool'], {
      tool: object(['driver'], {
        driver: object(['name'], {
          name: { type: 'string' },
          rules: { type: 'array', items: descriptor, uniqueItems: true },
        }),
      }),
      columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
      originalUriBaseIds: {
        type: 'object',
        additionalProperties: object([], { uri: { type: 'string' }, description: text }),
      },
      invocations: {
        type: 'array',
        items: object(['executionSuccessful'], {
          executionSuccessful: { type: 'boolean' },
          exitCode: { type: 'integer' },
        }),
      },
      results: { type: 'array', items: result },
    }),
  },
});
