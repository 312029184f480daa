import { describeSourceLimits } from './source-limits.ts';

describeSourceLimits('PostgreSQL');
