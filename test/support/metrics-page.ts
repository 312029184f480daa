import { request } from './request.ts';

/** One sample of `/metrics`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? (\S+)(?: \d+(?:\.\d+)?)?(?: # \{.*\} .*)?$/;
const labelPair = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/y;

/**
 * Reads `/metrics` (https://prometheus.io/docs/specs/om/open_metrics_spec/).
 *
 * @throws Error at the first line that is neither a comment nor a sample
 */
export async function readMetrics(url: string): Promise<Sample[]> {
  const { text } = await request(`${url}/metrics`);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map(readSample);
}

/** The value of one series, undefined when it is not there. */
export async function metricValue(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const samples = await readMetrics(url);
  return samples.find(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  )?.value;
}

function readSample(line: string): Sample {
  const [, name, labelText = '', valueText] = sampleLine.exec(line) ?? [];
  if (name === undefined || valueText === undefined) throw new Error(`not a sample: ${line}`);
  return { name, labels: readLabels(labelText), value: readValue(valueText) };
}

/** Words for numbers that are none are written in any case. */
function readValue(text: string): number {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`not a value: ${text}`);
  return value;
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPair.lastIndex = 0;
  let position = 0;
  while (position < text.length) {
    const [, label, value] = labelPair.exec(text) ?? [];
    if (label === undefined || value === undefined) throw new Error(`not labels: ${text}`);
    labels[label] = value;
    position = labelPair.lastIndex;
  }
  return labels;
}
