import { describeSourceLimits } from './source-limits.ts';

describeSourceLimits('SQLite');
