import { errorOf, faultOf, isOutage } from './sqlite-faults.js';

describe('faults of SQLite', () => {
  it('takes what may work later for an outage, by primary and by extended code', () => {
    const sqliteFull = 13;
    const ioErrorFsync = 1034;
    expect(isOutage({ errcode: sqliteFull, message: '' })).toBe(true);
    expect(isOutage({ errcode: ioErrorFsync, message: '' })).toBe(true);
  });

  it('keeps the reason of an outage for the log', () => {
    expect(errorOf({ errcode: 13, message: 'disk is full' })).toMatchObject({
      code: 'storage.unavailable',
      message: 'The database cannot work now.',
      cause: { message: 'disk is full' },
    });
  });

  it('takes a broken rule or broken SQL for a bug', () => {
    const sqliteError = 1;
    const constraintNotNull = 1299;
    expect(isOutage({ errcode: sqliteError, message: '' })).toBe(false);
    expect(isOutage({ errcode: constraintNotNull, message: '' })).toBe(false);
    const error = errorOf({ errcode: sqliteError, message: 'no such table: x' });
    expect(error.message).toBe('the database refused a statement: no such table: x');
    expect(error).not.toHaveProperty('code');
  });

  it('reads the code where SQLite gave one, and anything else as a fault of the driver', () => {
    expect(faultOf(Object.assign(new Error('full'), { errcode: 13 }))).toEqual({
      errcode: 13,
      message: 'full',
    });
    expect(faultOf(new TypeError('cannot bind'))).toEqual({ errcode: 0, message: 'cannot bind' });
    expect(faultOf('nonsense')).toEqual({ errcode: 0, message: 'nonsense' });
    expect(faultOf(null)).toEqual({ errcode: 0, message: 'null' });
  });
});
