import { readAnswerKey } from '../../test/support/answer-key.ts';
import { giveRole } from './colleagues.ts';
import type { Person } from './person.ts';
import { said } from './said.ts';
import {
  type Account,
  enterAccount,
  type Journey,
  openLetter,
  refuseCookies,
  type Stage,
  signIn,
} from './stage.ts';
import { answer, questionsOn } from './studying.ts';

const courseId = 'protecting-personal-data';
const title = {
  en: 'Protecting personal data at work',
  fr: 'Protéger les données personnelles au travail',
} as const;
const day = 86_400_000;
const timesLeft = 6;

const openAttempt = async (stage: Stage, account: Account): Promise<Person> => {
  const candidate = await stage.device();
  await candidate.open('/sign-in');
  await refuseCookies(candidate);
  await signIn(candidate, account);
  await candidate.press('learn:outline.continue');
  await candidate.press('learn:test.resume');
  return candidate;
};

/**
 * The window is behind another one, and in front again. A browser without a screen has no windows that cover each other:
 * what it would tell the page is told in its place.
 */
const leaveWindow = async ({ page }: Person, times: number): Promise<void> => {
  for (let left = 0; left < times; left += 1) {
    for (const hidden of [true, false]) {
      const told = page.waitForResponse((response) => response.url().endsWith('/events'));
      await page.evaluate(`(() => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} });
        document.dispatchEvent(new Event('visibilitychange'));
      })()`);
      await told;
    }
  }
};

const handIn = async (candidate: Person, intent: 'right' | 'wrong'): Promise<void> => {
  for (const question of await questionsOn(candidate.page, await readAnswerKey(courseId), intent)) {
    await answer(candidate, question);
  }
  await candidate.press('learn:attempt.review');
  await candidate.press('learn:review.submit');
};

const giveTime = async (
  stage: Stage,
  examiner: Person,
  candidate: Person,
  account: Account,
): Promise<void> => {
  stage.step('sees who sits a test; gives one person more time for good');
  await examiner.press('web:navigation.staff');
  await examiner.press('staff:home.attempts');
  await examiner.sees('staff:attempts.open', title[stage.language]);
  await examiner.picture('tests-under-way');
  await examiner.write('staff:attempts.email', account.email);
  await examiner.press('staff:attempts.search');
  await examiner.write('staff:attempts.percent', '133');
  await examiner.choose('staff:attempts.reason', 'staff:attempts.accommodation-reasons.documented-need');
  await examiner.picture('grant-time');
  await examiner.press('staff:attempts.grant-do');
  await examiner.sees('staff:attempts.withdraw', '133');
  await examiner.picture('time-granted');
  stage.step('gives minutes back to everybody after an incident; the candidate is told at once');
  await examiner.press('staff:attempts.title');
  await examiner.choose('staff:attempts.test', title[stage.language]);
  await examiner.write('staff:attempts.minutes', '5');
  await examiner.choose('staff:attempts.reason', 'staff:attempts.incident-reasons.service-down');
  await examiner.press('staff:attempts.credit-do');
  await examiner.sees('staff:attempts.credited', 'staff:attempts.incidents');
  await examiner.picture('minutes-given-back');
  await candidate.sees('learn:attempt.deadline-moved');
  await candidate.picture('time-moved-in-the-open-window');
  await candidate.page.reload();
  await candidate.sees(['learn:attempt.credited', { count: 5 }]);
  await candidate.picture('minutes-credited');
};

const openCase = async (stage: Stage, examiner: Person): Promise<void> => {
  stage.step('a signal appears; the examiner looks at the attempt and opens a case');
  await examiner.press('web:navigation.staff');
  await examiner.press('staff:home.examining');
  await examiner.picture('examining');
  await examiner.press('examining:home.signals');
  await examiner.awaits('examining:signals.focus-lost');
  // The page was loaded anew as well, which is nobody's looking elsewhere.
  await examiner.sees(['examining:signals.focus-lost-text', { losses: timesLeft }]);
  await examiner.picture('signals');
  await examiner.press('examining:attempt.title', 'examining:signals.focus-lost');
  await examiner.sees('examining:signals.advisory', 'examining:attempt.timeline');
  await examiner.picture('attempt');
  await examiner.press('examining:attempt.open-case');
  await examiner.picture('case-opened');
  await examiner.write('examining:case.text', said.allegation[stage.language]);
  await examiner.press('examining:acts.allege');
  await examiner.sees('examining:case.waits-for-answer');
  await examiner.picture('candidate-asked');
};

const answerCase = async (stage: Stage, candidate: Person, account: Account): Promise<void> => {
  stage.step('the candidate reads the letter and answers');
  await openLetter(candidate, account, 'mail:integrity-question.subject');
  await candidate.picture('letter-asks');
  await candidate.open('/learn');
  await candidate.sees('examining:candidate.waits');
  await candidate.picture('my-learning-says-so');
  await candidate.press('examining:candidate.see');
  await candidate.sees('examining:candidate.states.alleged', said.allegation[stage.language]);
  await candidate.picture('question-to-the-candidate');
  await candidate.write('examining:candidate.answer-label', said.answer[stage.language]);
  await candidate.press('examining:candidate.answer-send');
  await candidate.sees('examining:candidate.your-answer', said.answer[stage.language]);
  await candidate.picture('answered');
};

const toCase = async (person: Person): Promise<void> => {
  await person.press('web:navigation.staff');
  await person.press('staff:home.examining');
  await person.press('examining:home.cases');
  await person.page.waitForSelector('main tbody a');
  await Promise.all([person.page.waitForNavigation(), person.page.click('main tbody a')]);
};

const deny = async (stage: Stage, examiner: Person, second: Person): Promise<void> => {
  stage.step('two persons deny the result: one proposes, another agrees');
  await examiner.page.reload();
  await examiner.sees(said.answer[stage.language]);
  await examiner.write('examining:case.text', said.proposal[stage.language]);
  await examiner.choose('examining:case.reason', 'examining:reasons.outside-help');
  await examiner.picture('propose-a-denial');
  await examiner.press('examining:acts.propose');
  await examiner.sees('examining:case.waits-for-second');
  await examiner.picture('waits-for-a-second-person');
  await toCase(second);
  await second.write('examining:case.text', said.confirmation[stage.language]);
  await second.picture('second-person');
  await second.press('examining:acts.confirm');
  await second.sees('examining:states.denied');
  await second.picture('denied');
};

const appeal = async (stage: Stage, candidate: Person, account: Account): Promise<void> => {
  stage.step('the certificate is suspended, and the candidate is told how to appeal');
  await openLetter(candidate, account, 'mail:result-denied.subject');
  await candidate.picture('letter-of-the-denial');
  await candidate.open('/certificates');
  await candidate.awaits('certificates:status.suspended');
  await candidate.picture('certificate-suspended');
  stage.step('on the thirteenth day the candidate appeals');
  await stage.instance.moveTime(13 * day);
  await candidate.press('web:navigation.learning');
  await candidate.press('examining:candidate.see');
  await candidate.sees('examining:candidate.states.denied', said.confirmation[stage.language]);
  await candidate.picture('may-appeal');
  await candidate.write('examining:candidate.appeal-label', said.appeal[stage.language]);
  await candidate.press('examining:candidate.appeal-send');
  await candidate.sees('examining:candidate.states.appealed');
  await candidate.picture('appealed');
};

const backOnDuty = async (stage: Stage, person: Person, role: string): Promise<void> => {
  await person.open('/staff');
  await enterAccount(person, await stage.installation.demoAccount(role));
};

const judge = async (stage: Stage, examiner: Person, administrator: Person): Promise<void> => {
  stage.step('who had a part in the denial cannot judge the appeal; a third person does');
  await backOnDuty(stage, examiner, 'examiner');
  await toCase(examiner);
  await examiner.sees('examining:case.waits-for-other');
  await examiner.picture('examiner-may-not-judge');
  await backOnDuty(stage, administrator, 'administrator');
  const reviewer = await giveRole(stage, administrator, { to: 'support', role: 'examiner' });
  await toCase(reviewer);
  await reviewer.write('examining:case.text', said.finding[stage.language]);
  await reviewer.picture('another-reviewer');
  const [act, state] = outcome[stage.language];
  await reviewer.press(`examining:acts.${act}`);
  await reviewer.sees(`examining:states.${state}`);
  await reviewer.picture('settled');
};

/** In one language the appeal succeeds, in the other it does not. */
const outcome = { en: ['uphold', 'upheld'], fr: ['overturn', 'overturned'] } as const;

const learnOutcome = async (stage: Stage, candidate: Person, account: Account): Promise<void> => {
  stage.step('the candidate reads the outcome, and what has become of the certificate');
  const [, state] = outcome[stage.language];
  await openLetter(candidate, account, `mail:denial-${state}.subject`);
  await candidate.picture('letter-of-the-outcome');
  await candidate.open('/learn/cases');
  await candidate.press(title[stage.language]);
  await candidate.sees(`examining:candidate.states.${state}`, said.finding[stage.language]);
  await candidate.picture('outcome');
  await candidate.open('/certificates');
  await candidate.awaits(state === 'upheld' ? 'certificates:status.revoked' : 'certificates:status.valid');
  await candidate.picture('certificate-afterwards');
};

const play: Journey['play'] = async (stage) => {
  // Letters are in the language of the account: the first prepared learner reads French, the second English.
  const [one, other] = stage.candidates;
  const [first, second] = stage.language === 'fr' ? [one, other] : [other, one];
  if (!first || !second) throw new Error('two candidates were to be there');
  stage.step('two candidates sit a test');
  const classmate = await openAttempt(stage, second);
  await handIn(classmate, 'wrong');
  const candidate = await openAttempt(stage, first);
  const examiner = await stage.staff('examiner');
  await giveTime(stage, examiner, candidate, first);
  await leaveWindow(candidate, timesLeft);
  await handIn(candidate, 'right');
  await candidate.sees('learn:result.passed');
  await openCase(stage, examiner);
  await answerCase(stage, candidate, first);
  const administrator = await stage.staff('administrator');
  await deny(stage, examiner, administrator);
  await appeal(stage, candidate, first);
  await judge(stage, examiner, administrator);
  await learnOutcome(stage, candidate, first);
  return { appeal: outcome[stage.language][1], people: 5 };
};

/** From a signal to an appeal that another reviewer decides; and time for those who need it. */
export const examinerJourney: Journey = { candidates: 2, play };
