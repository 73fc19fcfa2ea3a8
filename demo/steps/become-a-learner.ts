import { confirmAddress, enrol, register, signIn } from '../../test/support/walk.ts';
import { freeCourse, type Scene } from '../scene.ts';

/** From a stranger to somebody who takes the free course; answers the enrolment. */
export const becomeALearner = async ({ step, browser, learner, installation }: Scene): Promise<string> => {
  await step('register', () => register(browser, learner));
  await step('confirm the address by the link in the letter', () =>
    confirmAddress(browser, installation.mailDir, learner.email),
  );
  await step('sign in', () => signIn(browser, learner));
  return step('enrol in the free course', () => enrol(browser, freeCourse));
};
