import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveRole } from './colleagues.ts';
import type { Person } from './person.ts';
import type { Journey, Stage } from './stage.ts';

const fixture = new URL('../../test/learning/items/fixtures/moodle-export.xml', import.meta.url);
const courseTitle = {
  en: 'Protecting personal data at work',
  fr: 'Protéger les données personnelles au travail',
} as const;
const pageTitle = { en: 'Recognising personal data', fr: 'Reconnaître une donnée personnelle' } as const;
const question = { en: 'Which basis fits', fr: 'Quelle base convient' } as const;

const written = {
  en: 'Almost everything you do at work leaves a trace of somebody.\n\n## What is new\n\nVoices and faces are **personal data** too.',
  fr: 'Presque tout ce que vous faites au travail laisse une trace de quelqu’un.\n\n## Ce qui est nouveau\n\nLes voix et les visages sont aussi des **données personnelles**.',
} as const;
const meanwhile = {
  en: 'A colleague has written this in the meantime.',
  fr: 'Une collègue a écrit ceci entre-temps.',
} as const;
const changes = {
  en: 'A section on voices and faces; the first page is shorter.',
  fr: 'Une partie sur les voix et les visages\u00a0; la première page est plus courte.',
} as const;
const remark = {
  en: 'Please say in one sentence why a voice is personal data.',
  fr: 'Dites en une phrase pourquoi une voix est une donnée personnelle.',
} as const;

/** The field of a pair in one language: "English, Text". */
const inLanguage = (person: Person, language: 'en' | 'fr', field: string): string =>
  `${person.say(`web:languages.${language}`)}, ${person.say(field)}`;

const writeBoth = async (person: Person, field: string, text: Readonly<Record<'en' | 'fr', string>>) => {
  for (const language of ['en', 'fr'] as const) {
    await person.write(inLanguage(person, language, field), text[language]);
  }
};

/** What a text with a number begins with, whatever the number. */
const startOfPlural = (person: Person, key: string): string =>
  (person.say([key, { count: 2 }]).split('2')[0] ?? '').trim();

const importQuestions = async (stage: Stage, author: Person): Promise<void> => {
  stage.step('imports questions of a Moodle: looks first');
  // What others have written keeps their blanks; here ours are looked for.
  const brought = (await readFile(fixture, 'utf8')).replaceAll(/ (?=[;:!?»])/g, '\u00a0');
  const file = join(stage.installation.dataDir, 'moodle-export.xml');
  await writeFile(file, brought);
  await author.press('web:navigation.staff');
  await author.picture('staff-home');
  await author.press('staff:home.items');
  await author.picture('question-bank');
  await author.press('items:import.title');
  await author.attach('items:import.file', file);
  await author.write('items:import.tag', 'imported');
  await author.choose('items:import.language', 'web:languages.fr');
  await author.picture('import');
  await author.press('items:import.read');
  await author.sees('items:preview.title', 'items:preview.stays-out', 'items:preview.meaning');
  await author.picture('import-preview');
  stage.step('imports what has no fault');
  await author.press(startOfPlural(author, 'items:preview.do'));
  await author.awaits('items:report.see');
  await author.picture('import-report');
  await author.press('items:report.see');
  await author.picture('imported-questions');
};

const editQuestion = async (stage: Stage, author: Person): Promise<string> => {
  const { language } = stage;
  stage.step('edits a question and tries it as a candidate');
  await author.press(question[language]);
  await author.picture('question');
  await author.press('items:edit.title');
  await author.picture('question-edit');
  await writeBoth(author, 'items:fields.explanation', {
    en: 'Whoever subscribes has agreed; article 6(1)(a).',
    fr: 'Qui s’abonne a consenti\u00a0; article 6, paragraphe 1, point a.',
  });
  await author.press('items:edit.save');
  await author.sees(['items:version', { number: 2 }], 'items:publish.own');
  await author.picture('question-second-version');
  await author.press('items:trial.title');
  await author.page.click('[data-question] .option label');
  await author.press('items:trial.check');
  await author.sees('learn:question.solution');
  await author.picture('question-tried');
  await author.press('items:back-to-item');
  return author.page.url().replace(/^.*\/(en|fr)(?=\/)/, '');
};

const publishQuestion = async (stage: Stage, reviewer: Person, path: string): Promise<void> => {
  stage.step('a second person reads and publishes the question');
  await reviewer.open(path);
  await reviewer.picture('question-for-the-second-person');
  await reviewer.press(['items:publish.do', { number: 2 }]);
  await reviewer.sees('items:is-asked');
  await reviewer.picture('question-published');
};

const openDraftPage = async (stage: Stage, person: Person): Promise<void> => {
  await person.press('web:navigation.staff');
  await person.press('staff:home.courses', 'staff:home.courses-text');
  await person.press(courseTitle[stage.language]);
  await person.press(pageTitle[stage.language]);
};

const writeCourse = async (stage: Stage, author: Person, colleague: Person): Promise<void> => {
  const { language } = stage;
  stage.step('begins the next version of a course');
  await author.press('web:navigation.staff');
  await author.press('staff:home.courses', 'staff:home.courses-text');
  await author.picture('courses');
  await author.press(courseTitle[language]);
  await author.picture('course-as-offered');
  await author.press('courses:begin');
  await author.picture('course-draft');
  await author.press(pageTitle[language]);
  await author.picture('course-page');
  stage.step('writes at the same time as a colleague: both texts are shown, nothing is lost');
  await openDraftPage(stage, colleague);
  await colleague.write(inLanguage(colleague, language, 'courses:field.body'), meanwhile[language]);
  await colleague.press('courses:save');
  await colleague.sees('courses:saved');
  await writeBoth(author, 'courses:field.body', written);
  const answered = author.page.waitForResponse((response) => response.request().method() === 'POST');
  await author.press('courses:save');
  if ((await answered).status() !== 409) throw new Error(`answered ${(await answered).status()}, not 409`);
  await author.sees('courses:conflict.theirs', meanwhile[language], 'courses:conflict.ours');
  await author.picture('both-texts');
  await author.press('courses:conflict.keep-ours');
  await author.sees('courses:preview', { en: 'Voices and faces', fr: 'Les voix et les visages' }[language]);
  await author.picture('preview-as-learners-see-it');
};

const review = async (stage: Stage, author: Person, reviewer: Person): Promise<void> => {
  const { language } = stage;
  stage.step('says what is new, and hands it to a reviewer');
  await author.press(courseTitle[language]);
  await writeBoth(author, 'courses:field.changes', changes);
  await author.press('courses:save');
  await author.sees('courses:saved');
  await author.press('courses:submit');
  await author.sees('courses:waiting');
  await author.picture('waits-for-a-second-person');
  stage.step('the reviewer sends it back with a remark');
  await reviewer.press('web:navigation.staff');
  await reviewer.press('staff:home.courses', 'staff:home.courses-text');
  await reviewer.press(courseTitle[language]);
  await reviewer.picture('for-review');
  await reviewer.write('courses:note', remark[language]);
  await reviewer.press('courses:send-back');
  await author.page.reload();
  await author.sees('courses:sent-back', remark[language]);
  await author.picture('sent-back');
  stage.step('mended, handed over again, published by the second person');
  await author.press('courses:submit');
  await reviewer.press('web:navigation.staff');
  await reviewer.press('staff:home.courses', 'staff:home.courses-text');
  await reviewer.press(courseTitle[language]);
  await reviewer.press(['courses:publish', { version: 3 }]);
  await reviewer.sees(['courses:published', { version: 3 }]);
  await reviewer.picture('published');
};

const play: Journey['play'] = async (stage) => {
  const { language } = stage;
  const learner = await stage.staff('learner');
  stage.step('a learner begins the course as it is');
  await learner.press('web:navigation.courses');
  await learner.press(courseTitle[language]);
  await learner.press('learn:course.enrol');
  const author = await stage.staff('author');
  await importQuestions(stage, author);
  const path = await editQuestion(stage, author);
  const administrator = await stage.staff('administrator');
  await publishQuestion(stage, administrator, path);
  stage.step('the administrator makes a colleague an author');
  const colleague = await giveRole(stage, administrator, { to: 'examiner', role: 'author' });
  await writeCourse(stage, author, colleague);
  await review(stage, author, administrator);
  stage.step('the learner sees what has changed, and goes on by the version they began');
  await learner.page.reload();
  await learner.touch('learn:outline.newer');
  await learner.sees('learn:outline.newer-text', changes[language]);
  await learner.picture('what-has-changed');
  const newcomer = await stage.staff('billing');
  await newcomer.press('web:navigation.courses');
  await newcomer.press(courseTitle[language]);
  await newcomer.press('learn:course.enrol');
  await newcomer.press('learn:outline.continue');
  await newcomer.sees({ en: 'Voices and faces', fr: 'Les voix et les visages' }[language]);
  await newcomer.picture('a-newcomer-reads-the-new-text');
  return { versionsPublished: 1, conflicts: 1 };
};

/** From a file of questions to a course that learners see has changed. */
export const authorJourney: Journey = { play };
