import { defineErrors } from '#shared-kernel/domain/domain-error.js';

export const contractErrors = defineErrors('contracts', {
  violated: {
    status: 500,
    title: 'A message broke its contract',
    remedy: 'This is a fault of the program. Report it with the trace id.',
  },
  upcastFailed: {
    status: 500,
    title: 'An event of an older version could not be brought to the version of today',
    remedy: 'This is a fault of the program. Report it with the trace id.',
  },
});
