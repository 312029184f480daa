import { defineErrors } from '#shared-kernel/domain/domain-error.js';
import { errorFields, needsSomebody } from './error-fields.js';

const errors = defineErrors('errorFieldsTest', {
  notThere: { status: 404, title: 'Not there', remedy: 'Look elsewhere.' },
  broken: { status: 503, title: 'Broken', remedy: 'Mend it.' },
  paused: { status: 503, title: 'Paused', remedy: 'Come back.', chosen: true },
});

describe('log fields of an error', () => {
  it('have the code and no stack when nobody must act', () => {
    const error = errors.notThere('There is no such thing.');
    expect(needsSomebody(error)).toBe(false);
    expect(errorFields(error)).toEqual({
      'error.code': 'errorFieldsTest.not-there',
      'error.type': 'DomainError',
      'error.message': 'There is no such thing.',
    });
  });

  it('have no stack when somebody wanted it so, whatever the status', () => {
    const error = errors.paused('Not now.');
    expect(needsSomebody(error)).toBe(false);
    expect(errorFields(error)).not.toHaveProperty('error.stack_trace');
  });

  it('have the stack and the causes when somebody must act', () => {
    const cause = new TypeError('x is undefined', { cause: new Error('the first') });
    const fields = errorFields(errors.broken('It broke.', { cause }));
    expect(fields['error.message']).toBe('It broke. <- x is undefined <- the first');
    expect(fields['error.stack_trace']).toContain('error-fields.unit.spec');
    expect(needsSomebody(cause)).toBe(true);
  });

  it('can be made of anything that is thrown', () => {
    expect(errorFields('plain words')).toMatchObject({
      'error.code': 'internal',
      'error.message': 'plain words',
    });
    const bare = new Error('no stack');
    delete bare.stack;
    expect(errorFields(bare)).toMatchObject({ 'error.stack_trace': '' });
  });

  it('end although an error is its own cause, and say nothing twice', () => {
    const error = new Error('again');
    error.cause = new Error('because', { cause: error });
    expect(errorFields(error)['error.message']).toBe('again <- because');
  });

  it('tell of so many causes and no more', () => {
    const errorOf = (n: number): Error =>
      new Error(`cause ${n}`, n < 20 ? { cause: errorOf(n + 1) } : {});
    const message = String(errorFields(errorOf(1))['error.message']);
    expect(message.split(' <- ')).toHaveLength(8);
  });
});
