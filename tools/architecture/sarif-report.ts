import { createHash } from 'node:crypto';
import { allRules } from './all-rules.ts';
import { type Rule } from './rule.ts';
import { type Finding, type Verdict } from './verify.ts';

/**
 * A verdict as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), which code hosts and
 * editors show beside the code.
 */
export function sarifReport({ findings, errors }: Verdict): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'signalbox-verify', rules: allRules.map(descriptorOf) } },
        columnKind: 'utf16CodeUnits',
        // The root is whatever folder the reader has the tree in.
        originalUriBaseIds: { ROOT: { description: { text: 'The folder of package.json.' } } },
        invocations: [{ executionSuccessful: true, exitCode: errors === 0 ? 0 : 1 }],
        results: findings.map(resultOf),
      },
    ],
  };
}

function descriptorOf({ id, sentence, why, mend, severity = 'error' }: Rule): object {
  return {
    id,
    shortDescription: { text: sentence },
    fullDescription: { text: why },
    help: { text: mend },
    defaultConfiguration: { level: severity },
  };
}

function resultOf({ rule, severity, file, line, found, frame }: Finding): object {
  const region = { startLine: line, ...(frame === '' ? {} : { snippet: { text: frame } }) };
  const fingerprint = createHash('sha256').update(`${rule.id}\n${file}\n${found}`).digest('hex');
  return {
    ruleId: rule.id,
    ruleIndex: allRules.indexOf(rule),
    level: severity,
    message: { text: `${found}. ${rule.sentence} ${rule.mend}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file), uriBaseId: 'ROOT' },
          region,
        },
      },
    ],
    // Without the line, so that a finding stays the same when lines above it come and go.
    partialFingerprints: { 'ruleFileFound/v1': fingerprint },
  };
}
