import { expect } from 'chai';
import { adjustmentFrom } from '../../../src/learning/attempts/accommodation.ts';
import type {
  Attempt,
  AttemptState,
  GradedAttempt,
  SubmittedAttempt,
} from '../../../src/learning/attempts/attempt.ts';
import { deadlineOf, minutesAllowed } from '../../../src/learning/attempts/attempt.ts';
import {
  abandon,
  appeal,
  approve,
  assertMayMove,
  decideAppeal,
  deny,
  grade,
  gradeByHand,
  isAbandoned,
  type Move,
  moves,
  settle,
} from '../../../src/learning/attempts/transitions.ts';
import { DomainError } from '../../../src/platform/errors.ts';

const now = new Date('2026-11-23T14:00:00Z');
const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000);
const result = { points: 1, maxPoints: 1, score: 1, passMark: 0.8, passed: true, topics: [], items: [] };
const closed = {
  id: 'one',
  accountId: 'ana',
  answers: {},
  submittedAt: now,
  submittedBy: 'timer',
  state: 'submitted',
} as unknown as SubmittedAttempt;
const graded = grade(closed, result) as GradedAttempt;

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'allowed';
};

const states = [
  ...new Set(Object.values(moves).flatMap(({ from, to }) => [...from, ...to])),
] as AttemptState[];

describe('the states of an attempt', () => {
  for (const move of Object.keys(moves) as Move[]) {
    it(`are left by ${move} only where the table says so`, () => {
      const from: readonly AttemptState[] = moves[move].from;
      for (const state of states) {
        const expected = from.includes(state) ? 'allowed' : 'attempt-moved-on';
        expect(
          codeOf(() => assertMayMove({ ...closed, state } as unknown as Attempt, move)),
          state,
        ).to.equal(expected);
      }
    });
  }

  it('end at a person wherever something waits for one, and never decide by a reason alone', () => {
    expect(grade(closed, result, [2]).state).to.equal('needs_grading');
    const pending = grade(closed, result, [2]);
    if (pending.state !== 'needs_grading') return expect.fail('graded');
    expect(gradeByHand(pending, result).state).to.equal('graded');
    expect(settle(graded, { reasons: [], now }).state).to.equal('confirmed');
    const waiting = settle(graded, { reasons: ['too-fast'], now });
    expect(waiting.state).to.equal('under_review');
    expect(waiting.review?.dueAt).to.deep.equal(days(14));
  });

  it('call an attempt abandoned when the timer ended it without an answer', () => {
    expect(isAbandoned(closed)).to.equal(true);
    expect(abandon(closed).state).to.equal('abandoned');
    expect(isAbandoned({ ...closed, submittedBy: 'candidate' })).to.equal(false);
    const answered = { ...closed, answers: { 1: { value: 'a', seq: 1, at: now } } };
    expect(isAbandoned(answered)).to.equal(false);
  });

  it('need two persons to deny, another to hear the appeal, and nobody for themselves', () => {
    const reviewed = settle(graded, { reasons: ['similar'], now });
    if (reviewed.state !== 'under_review') return expect.fail('settled');
    const decision = { by: 'eva', reason: 'shared-answers', now };
    expect(approve(reviewed, decision).state).to.equal('confirmed');
    expect(codeOf(() => approve(reviewed, { ...decision, by: 'ana' }))).to.equal('own-attempt');
    expect(codeOf(() => deny(reviewed, { ...decision, second: 'eva' }))).to.equal('second-person-needed');
    expect(codeOf(() => deny(reviewed, { ...decision, second: 'ana' }))).to.equal('own-attempt');
    const denied = deny(reviewed, { ...decision, second: 'tom' });
    expect(codeOf(() => appeal(denied, days(15)))).to.equal('appeal-too-late');
    const appealed = appeal(denied, days(14));
    for (const by of ['eva', 'tom']) {
      expect(codeOf(() => decideAppeal(appealed, { ...decision, by, upheld: true }))).to.equal(
        'second-person-needed',
      );
    }
    const upheld = decideAppeal(appealed, { ...decision, by: 'kim', upheld: true });
    expect(upheld.state).to.equal('confirmed');
    const refused = decideAppeal(appealed, { ...decision, by: 'kim', upheld: false });
    if (refused.state !== 'invalidated') return expect.fail('confirmed');
    expect(codeOf(() => appeal(refused, days(1)))).to.equal('appeal-too-late');
  });
});

describe('the time of an attempt', () => {
  it('is the plain time, stretched, lengthened and credited', () => {
    const time = { limitMinutes: 60, percent: 125, extraMinutes: 5, credits: [] };
    expect(minutesAllowed(time)).to.equal(80);
    const credits = [
      { incidentId: 'a', minutes: 3, at: now },
      { incidentId: 'b', minutes: 7, at: now },
    ];
    expect(deadlineOf(now, { ...time, credits })).to.deep.equal(new Date('2026-11-23T15:30:00Z'));
  });

  it('takes the best of what was granted, while it holds and where it holds', () => {
    const one = {
      id: 'x',
      accountId: 'ana',
      percent: 133,
      extraMinutes: 0,
      extraAttempts: 1,
      reason: 'documented-need' as const,
      grantedBy: 'eva',
      grantedAt: now,
    };
    const given = [
      one,
      { ...one, percent: 100, extraMinutes: 10, enrolmentId: 'here' },
      { ...one, percent: 300, withdrawnAt: now },
      { ...one, percent: 200, validUntil: now },
    ];
    expect(adjustmentFrom(given, 'here', days(1))).to.deep.equal({
      percent: 133,
      extraMinutes: 10,
      extraAttempts: 1,
    });
    expect(adjustmentFrom(given, 'there', now)).to.deep.equal({
      percent: 200,
      extraMinutes: 0,
      extraAttempts: 1,
    });
    expect(adjustmentFrom([], 'here', now)).to.deep.equal({
      percent: 100,
      extraMinutes: 0,
      extraAttempts: 0,
    });
  });
});
