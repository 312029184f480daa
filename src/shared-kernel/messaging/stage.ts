import type { PipelineMessage } from './pipeline-message.js';

/** One layer around a message: it may look before and after, and must call `next` once. */
export type Stage = <Result>(
  message: PipelineMessage,
  next: () => Promise<Result>,
) => Promise<Result>;
