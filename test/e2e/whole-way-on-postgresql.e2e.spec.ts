import { describeWholeWay } from './whole-way.ts';

describeWholeWay('PostgreSQL');
