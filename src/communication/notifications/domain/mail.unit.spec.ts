import { settleMail, type MailState } from './mail.js';
import type { MailOutcome } from './mailer.js';

const accepted: MailOutcome = {
  kind: 'accepted',
  response: '250 queued',
  rejected: [],
  durationMs: 3,
};

function refused(permanent: boolean): MailOutcome {
  return { kind: 'refused', permanent, code: '451', message: 'busy', durationMs: 3 };
}

describe('settling a mail after a try', () => {
  it('is sent when the server took it', () => {
    expect(settleMail(2, accepted, 1_000, 0.5)).toEqual({
      state: 'sent',
      sentAtMs: 1_000,
      attempts: 3,
    });
  });

  it('is given up at once when the server will never take it', () => {
    expect(settleMail(0, refused(true), 1_000, 0.5)).toEqual({
      state: 'exhausted',
      reason: '451: busy',
      attempts: 1,
    });
  });

  it('is tried 8 times, each wait 4 times the last one, and then given up', () => {
    // given a server that is always busy
    const waitsSeconds: number[] = [];
    let state: MailState = { state: 'due', dueAtMs: 0, attempts: 0 };
    // when every try is made as soon as it is due
    while (state.state === 'due') {
      const nowMs: number = state.dueAtMs;
      state = settleMail(state.attempts, refused(false), nowMs, 0.5);
      if (state.state === 'due') waitsSeconds.push((state.dueAtMs - nowMs) / 1_000);
    }
    // then
    expect(waitsSeconds).toEqual([10, 40, 160, 640, 2_560, 10_240, 40_960]);
    expect(state).toEqual({
      state: 'exhausted',
      reason: '451: busy (after 8 tries)',
      attempts: 8,
    });
  });

  it('spreads the waits by a tenth to both sides', () => {
    const dueAtMs = (random: number) => settleMail(0, refused(false), 0, random);
    expect(dueAtMs(0)).toMatchObject({ dueAtMs: 9_000 });
    expect(dueAtMs(0.999_999)).toMatchObject({ dueAtMs: 11_000 });
  });
});
