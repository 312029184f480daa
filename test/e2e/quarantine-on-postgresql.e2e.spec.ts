import { describeReleases } from './quarantine-releases.ts';
import { describeQuarantine } from './quarantine.ts';

describe('rejected requests', () => describeQuarantine('PostgreSQL'));
describe('their releases', () => describeReleases('PostgreSQL'));
