import { type CliCommand, CliFault } from './command.ts';

/** `verify`: holds the source to the rules of the architecture; asks no running Signalbox. */
export const verifyCommand: CliCommand = {
  words: 'verify',
  values: ['[ROOT]'],
  options: '[--format text|json|sarif]',
  help: 'Check borders, messages, tables and declarations of the source in ROOT or here.',
  async run({ values: [root = '.'], options: { format = 'text' } }) {
    // The compiler is a development dependency that no other command should load.
    const { verify } = await import('../architecture/verify.ts');
    const report = await reportIn(format);
    const verdict = verify(root);
    const data = report(verdict);
    const text = typeof data === 'string' ? data : JSON.stringify(data, null, 2);
    return { text, data, good: verdict.errors === 0 };
  },
};

async function reportIn(format: string) {
  switch (format) {
    case 'text':
      return (await import('../architecture/text-report.ts')).textReport;
    case 'json':
      return (await import('../architecture/json-report.ts')).jsonReport;
    case 'sarif':
      return (await import('../architecture/sarif-report.ts')).sarifReport;
    default:
      throw new CliFault(`There is no format ${format}; there are text, json and sarif.`, 2);
  }
}
