import { Log } from './logger.js';
import { NestLogger } from './nest-logger.js';

function nestLogger() {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    flush: (done: () => void) => done(),
    flushSync: () => undefined,
  };
  const log = new Log({ level: 'debug', serviceVersion: '1', instanceId: 'a' }, destination);
  return { nest: new NestLogger(log), lines };
}

describe('NestLogger', () => {
  it('keeps what the framework says in passing at debug', () => {
    const { nest, lines } = nestLogger();
    nest.log('AppModule dependencies initialized', 'InstanceLoader');
    nest.debug('more');
    nest.verbose({ even: 'more' }, 'X');

    expect(lines).toMatchObject([
      {
        'log.level': 'debug',
        'log.logger': 'InstanceLoader',
        message: 'AppModule dependencies initialized',
      },
      { 'log.level': 'debug', message: 'more' },
      { 'log.level': 'debug', message: "{ even: 'more' }" },
    ]);
  });

  it('passes warnings and errors on at their level', () => {
    const { nest, lines } = nestLogger();
    nest.warn('careful', 'Router');
    nest.error('broken', 'Error: broken\n    at here (x.ts:1:1)', 'ExceptionsHandler');
    nest.fatal('dead', 'Main');

    expect(lines).toMatchObject([
      { 'log.level': 'warn', message: 'careful', 'log.logger': 'Router' },
      {
        'log.level': 'error',
        message: 'broken',
        'log.logger': 'ExceptionsHandler',
        'error.stack_trace': expect.stringContaining('at here'),
      },
      { 'log.level': 'fatal', message: 'dead', 'log.logger': 'Main' },
    ]);
  });

  it('unfolds errors, given as the message or beside it', () => {
    const { nest, lines } = nestLogger();
    nest.error(new TypeError('no postgres://app:hunter2@db'), 'Main');
    nest.error('start failed', new RangeError('too many'), 'Main');
    nest.warn(undefined);

    expect(lines).toMatchObject([
      { message: 'no postgres://[redacted]@db', 'error.type': 'TypeError', 'log.logger': 'Main' },
      { message: 'start failed', 'error.type': 'RangeError', 'error.message': 'too many' },
      { message: 'undefined' },
    ]);
  });
});
