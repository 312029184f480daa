import { addressOf, unreachable } from './postgres-address.js';

describe('the address of a PostgreSQL server', () => {
  it.each([
    ['postgres://u:p@db:5433/box', 'db:5433 (database box, user u)'],
    ['postgres://db/', 'db:5432 (database the default database, user the default user)'],
    ['postgres://u@localhost/box?host=/run/pg', '/run/pg:5432 (database box, user u)'],
    ['postgres://%75ser:p@[::1]/b%20x', '[::1]:5432 (database b x, user user)'],
    ['nonsense', 'the server of DATABASE_URL'],
  ])('%s is shown as %s', (url, shown) => {
    expect(addressOf(url)).toBe(shown);
  });

  it.each([
    ['28000', 'Mend the user or the password'],
    ['3D000', 'Make the database'],
    ['53300', 'max_connections'],
    ['57P03', 'start this program when it is ready'],
    ['ECONNREFUSED', 'Start the server'],
  ])('comes with what to do after %s', (code, remedy) => {
    const cause = Object.assign(new Error('why'), { code });
    const { message } = unreachable('postgres://u:hidden@db/box', cause);
    expect(message).toContain('PostgreSQL at db:5432 (database box, user u) cannot be used: why.');
    expect(message).toContain(remedy);
    expect(message).not.toContain('hidden');
  });

  it('names the code of a fault that has no words', () => {
    const cause = { code: 'ECONNREFUSED', message: '' };
    expect(unreachable('postgres://db/box', cause).message).toContain('ECONNREFUSED');
  });
});
