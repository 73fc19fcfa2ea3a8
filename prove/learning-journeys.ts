import { resolve } from 'node:path';
import { openBrowser } from '../test/support/browser/open-browser.ts';
import { authorJourney } from './journeys/author.ts';
import { examinerJourney } from './journeys/examiner.ts';
import { learnerJourney } from './journeys/learner.ts';
import { type Journey, playOn } from './journeys/stage.ts';
import { languages } from './journeys/words.ts';
import type { Proof } from './proof.ts';

const outDir = resolve('var/journeys');
const journeys: Readonly<Record<string, Journey>> = {
  learner: learnerJourney,
  author: authorJourney,
  examiner: examinerJourney,
};

/**
 * Three people at a real browser, in English and in French, by mouse and keyboard: a learner through a whole path with a
 * lost connection and a second device, an author from import to publication, an examiner from a signal to an appeal. Each
 * step says what is to be read there, and leaves numbered pictures on a phone and on a desk in `var/journeys`. `only` is a
 * regular expression for names such as `learner.fr`.
 */
export const prove: Proof = async ({ seed, say, only }) => {
  const browser = await openBrowser();
  const ends: Record<string, unknown> = {};
  let [steps, pictures, faults] = [0, 0, 0];
  const plays = languages.flatMap((language) =>
    Object.entries(journeys).map(([name, journey]) => ({
      called: `${name}.${language}`,
      name,
      language,
      journey,
    })),
  );
  try {
    for (const { called, name, language, journey } of plays) {
      if (only && !new RegExp(only).test(called)) continue;
      const played = await playOn({ browser, language, name, outDir, seed, say }, journey);
      for (const fault of played.faults) say(`${called}: ${fault}`);
      steps += played.steps;
      pictures += played.pictures;
      faults += played.faults.length;
      ends[called] = played.figures;
    }
  } finally {
    await browser.close();
  }
  return { ok: faults === 0 && steps > 0, figures: { steps, pictures, faults, ...ends, outDir } };
};
