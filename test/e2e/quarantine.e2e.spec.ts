import { describeReleases } from './quarantine-releases.ts';
import { describeQuarantine } from './quarantine.ts';

describe('rejected requests', () => describeQuarantine('SQLite'));
describe('their releases', () => describeReleases('SQLite'));
