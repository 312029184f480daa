import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Only rules that find faults: layout is Prettier's business, borders and budgets of files are
// checked by test/architecture.
const faults = {
  eqeqeq: 'error',
  'no-console': 'error',
  'no-constant-binary-expression': 'error',
  'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
  'no-control-regex': 'off', // header and mail checks name control characters on purpose
  'no-else-return': 'error',
  'no-fallthrough': 'error',
  'no-loss-of-precision': 'error',
  'no-misleading-character-class': 'error',
  'no-param-reassign': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-unsafe-optional-chaining': 'error',
  'no-useless-assignment': 'error',
  'no-useless-backreference': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'require-atomic-updates': 'off', // reports every field that is set after an await
  'max-lines': ['error', 300],
  'max-lines-per-function': ['error', 70],
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportDefaultDeclaration', message: 'Export the thing under its name.' },
    { selector: 'ExportSpecifier[exported.name="default"]', message: 'Export it by its name.' },
    { selector: 'ExportAllDeclaration', message: 'No barrels: import the file that has it.' },
  ],
};

const typedFaults = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true },
  ],
  // Off, since Nest reads the classes of constructor parameters at run time: an import of a class
  // that is "only used as a type" must stay a value import.
  '@typescript-eslint/consistent-type-imports': 'off',
  // Modules consist of their decorator, settings that are injected of their constructor.
  '@typescript-eslint/no-extraneous-class': [
    'error',
    { allowWithDecorator: true, allowConstructorOnly: true },
  ],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
  ],
  // Settings are injected under their class and filled from a literal.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  // Style, not faults.
  '@typescript-eslint/no-confusing-void-expression': 'off',
  '@typescript-eslint/no-unnecessary-type-arguments': 'off',
  // Adapters answer promises because their port does, whether they wait for something or not.
  '@typescript-eslint/require-await': 'off',
  // A type parameter that stands once is how a contract types its payload.
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
};

// Tests read answers whose shape is what they are about to assert.
const testsMay = {
  'max-lines-per-function': 'off',
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/unbound-method': 'off',
};

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'data/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'tools/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.test.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: { ...faults, ...typedFaults },
  },
  { files: ['test/**/*.ts', '**/*.spec.ts'], rules: testsMay },
  // Programs for a terminal: printing is what they are for.
  { files: ['src/main.ts', 'tools/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['*.js', '.*.js'], rules: { ...faults, 'no-restricted-syntax': 'off' } },
);
