import { describeReactionModel } from './describe-reaction-model.js';
import { openMessaging } from './messaging-kernel.js';

/** A planted fault shows within ten; REACTION_MODEL_RUNS=1000 is for a night. */
const runs = Number(process.env['REACTION_MODEL_RUNS'] ?? 20);
/** A database of its own for each run costs more than the run. */
const sharePostgres = 0.25;

describeReactionModel('SQLite', () => openMessaging('silent', 'SQLite'), runs);
describeReactionModel(
  'PostgreSQL',
  () => openMessaging('silent', 'PostgreSQL'),
  Math.ceil(runs * sharePostgres),
);
