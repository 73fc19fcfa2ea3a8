import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAnswerKey } from '../../test/support/answer-key.ts';
import { first, second, titles } from './courses.ts';
import { buyLast, finishPath } from './finishing.ts';
import type { Person } from './person.ts';
import { sitThroughLostConnection, takeOver } from './sitting.ts';
import { enterAccount, type Journey, openLetter, refuseCookies, type Stage } from './stage.ts';
import { answer, questionsOn, studyOn } from './studying.ts';

const people = {
  en: { givenName: 'Maud', familyName: 'Okonkwo-Lindgren', country: 'Ireland' },
  fr: { givenName: 'Héloïse', familyName: 'Nguyễn-Lefèvre', country: 'France' },
} as const;
const note = {
  en: 'Ask the works council about the badge logs.',
  fr: 'Demander au CSE ce qu’il en est des relevés de badge.',
} as const;

const becomeALearner = async (stage: Stage, learner: Person) => {
  const { language } = stage;
  const { givenName, familyName, country } = people[language];
  const account = {
    email: `${language === 'fr' ? 'heloise' : 'maud'}@example.org`,
    password: 'velvet harbour tulip 91 okapi',
  };
  stage.step('looks at the home page, and at the path');
  await learner.open('/');
  await learner.picture('home');
  await refuseCookies(learner);
  await learner.press('web:navigation.courses');
  await learner.press(titles.path[stage.language]);
  await learner.picture('path-as-a-visitor');
  stage.step('registers on the way');
  await learner.press('learn:path.sign-in');
  await learner.sees('account:sign-in.next');
  await learner.picture('sign-in-on-the-way');
  await learner.press('account:register.title');
  await learner.write('account:fields.givenName', givenName);
  await learner.write('account:fields.familyName', familyName);
  await learner.choose('account:fields.country', country);
  await learner.tick(`web:languages.${stage.language}`);
  await learner.write('account:fields.email', account.email);
  await learner.write('account:fields.password', account.password);
  await learner.picture('register');
  await learner.press('account:register.action');
  await learner.sees('account:sent.title');
  await learner.picture('letter-is-on-its-way');
  stage.step('confirms the address by the letter');
  await openLetter(learner, account, 'mail:confirm-address.subject');
  await learner.picture('letter-to-confirm');
  await learner.press('/confirm/');
  await learner.picture('confirm');
  await learner.press('account:confirm.action');
  await learner.sees('account:notices.confirmed');
  await learner.picture('confirmed');
  await learner.sees('account:sign-in.next');
  await enterAccount(learner, account);
  stage.step('is back where the account was needed');
  await learner.sees(titles.path[language], 'learn:path.follow');
  await learner.picture('signed-in');
  return account;
};

const followPath = async (stage: Stage, learner: Person): Promise<void> => {
  const { language } = stage;
  stage.step('follows the path: the second course is locked and says why');
  await learner.press('learn:path.follow');
  await learner.sees([
    'learn:path.locked',
    { courses: learner.say(['learn:path.quoted', { title: titles[first][language] }]) },
  ]);
  await learner.picture('path-followed');
  await learner.press(titles[second][language]);
  await learner.sees('learn:course.locked', titles[first][language]);
  await learner.picture('course-not-open-yet');
  await learner.page.goBack();
  await learner.press(['learn:path.begin', { course: titles[first][language] }]);
  await learner.picture('outline');
};

/** A first quiz with a slip in it, which is explained. */
const slipInQuiz = async (learner: Person, stage: Stage): Promise<void> => {
  const key = await readAnswerKey(first);
  for (const question of await questionsOn(learner.page, key, 'wrong')) await answer(learner, question);
  await learner.press('learn:quiz.check');
  await learner.sees('learn:quiz.failed-text', 'learn:question.wrong');
  await learner.picture('quiz-not-passed');
  stage.step('a quiz that went wrong explains every answer');
};

const learnFirst = async (stage: Stage, learner: Person, account: Parameters<typeof enterAccount>[1]) => {
  stage.step('the test is not open before its steps are done');
  const outline = learner.page.url();
  await learner.page.goto(`${outline}/final-test`);
  await learner.sees('learn:test.locked');
  await learner.picture('test-locked');
  await learner.page.goto(outline);
  await learner.press('learn:outline.continue');
  let seen = 0;
  await studyOn(learner, await readAnswerKey(first), async ({ kind }) => {
    seen += 1;
    if (seen === 1) {
      await learner.picture('first-page');
      stage.step('writes a note');
      await learner.touch('learn:note.title');
      await learner.write('learn:note.label', note[stage.language]);
      await learner.press('learn:note.save');
      await learner.sees('learn:note.saved');
      await learner.picture('note-saved');
    }
    if (kind === 'quiz' && seen === 4) {
      await learner.picture('quiz');
      await slipInQuiz(learner, stage);
    }
    if (seen === 6) await resume(stage, learner, account);
  });
};

/** Leaves in the middle, and goes on where it was left. */
const resume = async (stage: Stage, learner: Person, account: Parameters<typeof enterAccount>[1]) => {
  stage.step('signs out, comes back, and goes on where it was left');
  const before = (await learner.page.title()).split(' – ')[0] ?? '';
  await learner.press('web:frame.sign-out');
  await learner.press('web:frame.sign-in');
  await enterAccount(learner, account);
  await learner.press('web:navigation.learning');
  await learner.sees(before);
  await learner.picture('my-learning');
  await learner.press(['learn:outline.continue', { step: before }]);
};

const certified = async (stage: Stage, learner: Person) => {
  stage.step('gets the certificate, takes the PDF, has it verified');
  await learner.press('learn:result.certificates');
  await learner.awaits(titles[first][stage.language]);
  await learner.awaits('certificates:status.valid');
  await learner.picture('certificates');
  await learner.press(titles[first][stage.language]);
  await learner.sees('certificates:pdf');
  await learner.picture('certificate');
  await learner.touch('certificates:pdf');
  const pdf = await downloaded(stage.downloads);
  await learner.press('certificates:share.link');
  await learner.sees('verify:verdicts.verified.title');
  await learner.picture('verified');
  stage.step('a stranger verifies the PDF');
  const stranger = await stage.device();
  await stranger.open('/verify');
  await stranger.attach('verify:form.file', pdf);
  await stranger.press('verify:form.check');
  await stranger.sees('verify:verdicts.verified.title', people[stage.language].familyName);
  await stranger.picture('verified-by-a-stranger');
  await stranger.page.browserContext().close();
};

const downloaded = async (folder: string): Promise<string> => {
  for (let looked = 0; looked < 300; looked += 1) {
    const names = await readdir(folder).catch((): string[] => []);
    const name = names.find((one) => one.endsWith('.pdf'));
    if (name && (await readFile(join(folder, name))).subarray(-6).includes('EOF')) return join(folder, name);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no PDF was downloaded');
};

const play: Journey['play'] = async (stage) => {
  const learner = await stage.device();
  const account = await becomeALearner(stage, learner);
  await followPath(stage, learner);
  await learnFirst(stage, learner, account);
  const sat = await sitThroughLostConnection(stage, learner, first);
  const other = await takeOver(stage, learner, account, sat.questions);
  await certified(stage, other);
  await finishPath(stage, other);
  await buyLast(stage, other);
  return { answers: sat.questions.length, answeredWithoutConnection: sat.offline, lost: 0 };
};

/** From a visitor to the end of a learning path, with a lost connection and a second device on the way. */
export const learnerJourney: Journey = { play };
