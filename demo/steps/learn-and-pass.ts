import { readAnswerKey } from '../../test/support/answer-key.ts';
import { expectStatus } from '../../test/support/client.ts';
import { doActivities, takeTest } from '../../test/support/walk.ts';
import { claim } from '../narrate.ts';
import { freeCourse, type Scene, waitingMinutes } from '../scene.ts';

/** Pages, quizzes, a test that is failed and one that is passed. */
export const learnAndPass = async (scene: Scene, enrolmentId: string): Promise<void> => {
  const { step, browser, instance } = scene;
  const key = await readAnswerKey(freeCourse);
  const { testPath } = await step('read every page, pass every quiz', () =>
    doActivities(browser, enrolmentId, key),
  );
  const failed = await step('take the test with wrong answers', () =>
    takeTest(browser, testPath, key, 'wrong'),
  );
  claim(/not passed/.test(failed.page().title), 'wrong answers fail the test');
  const blocked = expectStatus(await browser.get(testPath)).page();
  claim(!blocked.forms.some(({ action }) => action.endsWith('/attempts')), 'a new attempt has to wait');
  await step(`let the ${waitingMinutes} minutes of waiting pass`, () =>
    instance.moveTime(waitingMinutes * 60_000),
  );
  const passed = await step('take the test with right answers', () =>
    takeTest(browser, testPath, key, 'right'),
  );
  claim(/: passed/.test(passed.page().title), 'right answers pass the test');
};
