import { errorOf, faultOf, kindOf, unknownOutcome } from './postgres-faults.js';

const fault = (code: string, more: object = {}) =>
  faultOf(Object.assign(new Error('because'), { code }, more));

describe('a fault of PostgreSQL', () => {
  it.each([
    ['40001', 'again', 'serialization failure'],
    ['40P01', 'again', 'deadlock'],
    ['08006', 'connection', 'connection failure'],
    ['57P01', 'connection', 'the server shuts down'],
    ['25006', 'connection', 'it became a standby'],
    ['28P01', 'connection', 'the password was changed'],
    ['26000', 'connection', 'a prepared statement is gone'],
    ['ECONNRESET', 'connection', 'the socket broke'],
    ['', 'connection', 'the driver says so'],
    ['53100', 'outage', 'disk full'],
    ['53300', 'outage', 'too many connections'],
    ['57014', 'outage', 'it took too long'],
    ['55P03', 'outage', 'a lock was not free'],
    ['58030', 'outage', 'its disk fails'],
    ['23505', 'refused', 'a unique key'],
    ['42P01', 'refused', 'no such table'],
    ['0A000', 'refused', 'not supported'],
  ])('with the code "%s" is %s: %s', (code, kind) => {
    expect(kindOf(fault(code))).toBe(kind);
  });

  it('is one of the connection when it keeps a plan of older tables', () => {
    expect(kindOf(fault('0A000', { routine: 'RevalidateCachedQuery' }))).toBe('connection');
    expect(kindOf(fault('0A000', { routine: 'transformLockingClause' }))).toBe('refused');
  });

  it('is a 503 with a time when it may go well later, else a bug', () => {
    expect(errorOf(fault('53100'))).toMatchObject({
      code: 'storage.unavailable',
      retryAfterSeconds: 5,
      message: 'The database cannot work now.',
      cause: { message: 'because' },
    });
    const bug = errorOf(fault('42703'));
    expect(bug).not.toHaveProperty('code');
    expect(bug.message).toBe('the database refused a statement: because');
  });

  it('is read from anything that is thrown', () => {
    expect(faultOf('gone')).toMatchObject({ code: '', message: 'gone' });
    expect(faultOf({ code: 7, message: 'odd' })).toMatchObject({ code: '', message: 'odd' });
    expect(kindOf(faultOf(null))).toBe('connection');
  });

  it('during a commit says that nobody knows what became of it', () => {
    expect(unknownOutcome(new Error('cut'))).toMatchObject({
      code: 'storage.unavailable',
      message: expect.stringContaining('is unknown'),
      cause: { message: 'cut' },
    });
  });
});
