import { defineErrors } from '#shared-kernel/domain/domain-error.js';

/** Faults of questions about the archive. */
export const retentionErrors = defineErrors('retention', {
  segmentNotFound: {
    status: 404,
    title: 'There is no such segment in the archive',
    remedy: 'List the segments; old ones are forgotten after ARCHIVE_KEEP_DAYS.',
  },
});
