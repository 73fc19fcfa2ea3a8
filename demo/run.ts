/** `npm run demo`: the whole journey as a visitor without a screen, against a throw-away instance. */
import { resolve } from 'node:path';
import { createInstallation } from '../test/support/instance.ts';
import { createNarrator } from './narrate.ts';
import { learner, type Scene, waitingMinutes } from './scene.ts';
import { becomeALearner } from './steps/become-a-learner.ts';
import { buyCourse } from './steps/buy-course.ts';
import { learnAndPass } from './steps/learn-and-pass.ts';
import { leave } from './steps/leave.ts';
import { receiveCertificate } from './steps/receive-certificate.ts';
import { revokeCertificate } from './steps/revoke-certificate.ts';
import { verifyAsStranger } from './steps/verify-as-stranger.ts';

const tellStory = async (scene: Scene): Promise<void> => {
  const enrolmentId = await becomeALearner(scene);
  await learnAndPass(scene, enrolmentId);
  const received = await receiveCertificate(scene);
  await verifyAsStranger(scene, received);
  await revokeCertificate(scene, received);
  await buyCourse(scene);
  await leave(scene, received);
};

const run = async (): Promise<void> => {
  const narrator = await createNarrator(resolve('var/demo'));
  const installation = await createInstallation();
  try {
    const instance = await narrator.step('start a throw-away instance', () =>
      // So far behind that the certificate, after the wait, is of this very moment.
      installation.start({ clock: { behind: waitingMinutes * 60_000 } }),
    );
    await tellStory({ ...narrator, installation, instance, learner, browser: instance.client() });
    await narrator.step('stop the instance', () => instance.stop());
  } finally {
    await installation.remove();
  }
  narrator.end();
};

run().catch((error: unknown) => {
  console.error(`\nThe demo did not come to its end.\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
