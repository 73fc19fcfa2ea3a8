import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openBrowser } from '../test/support/browser/open-browser.ts';
import { accountStops } from './pages/account-stops.ts';
import { addressStops } from './pages/address-stops.ts';
import { assignmentStops } from './pages/assignment-stops.ts';
import { authorStops } from './pages/author-stops.ts';
import { type Certificates, certificateStops, makeCertificates } from './pages/certificate-stops.ts';
import { checkoutStops } from './pages/checkout-stops.ts';
import { deskStops } from './pages/desk-stops.ts';
import { examiningStops } from './pages/examining-stops.ts';
import { holdingStops } from './pages/holding-stops.ts';
import { itemStops } from './pages/item-stops.ts';
import { learningStops } from './pages/learning-stops.ts';
import { manyStops } from './pages/many-stops.ts';
import { privacyStops } from './pages/privacy-stops.ts';
import { publicStops } from './pages/public-stops.ts';
import { openScene, type Scene } from './pages/scene.ts';
import { filmStops, secondCourseStops } from './pages/second-course-stops.ts';
import { staffStops } from './pages/staff-stops.ts';
import { nameOf, type Stop, viewerName } from './pages/stop.ts';
import { strand } from './pages/stranded-stops.ts';
import { forgotten, tableOf } from './pages/table.ts';
import { forgottenVerdicts } from './pages/verdicts/known.ts';
import { walkVerdicts } from './pages/verdicts/walk-verdicts.ts';
import { createWalker, createWindows, type Look, type Seen, type Sight } from './pages/walk-stop.ts';
import { walletStops } from './pages/wallet-stops.ts';
import type { Proof } from './proof.ts';
import { inParallel } from './support/in-parallel.ts';

const outDir = resolve('var/pages');
const atOnce = 4;

const sightsOf = ({ dark }: Stop): Sight[] => {
  const plain = (['en', 'fr'] as const).flatMap((language) =>
    ([360, 1280] as const).map((width) => ({ language, width, dark: false })),
  );
  return dark ? [...plain, { language: 'en', width: 360, dark: true }] : plain;
};

/** On a phone in French and on a desk in English: what axe and the keyboard find does not differ by language. */
const isThorough = ({ language, width, dark }: Sight): boolean =>
  dark || (language === 'en') === (width === 1280);

type Round = readonly [Look, ...Look[]];

/** What one viewer looks at on one width, which one page can do without being made anew. */
const roundsOf = (stops: readonly Stop[]): Round[] => {
  const looks = stops.flatMap((stop) =>
    sightsOf(stop).map((sight) => ({ stop, sight, thorough: isThorough(sight) })),
  );
  const rounds = Object.groupBy(looks, ({ stop, sight }) => `${viewerName(stop.as)} ${sight.width}`);
  return Object.values(rounds).filter((round): round is [Look, ...Look[]] => round !== undefined);
};

const gather = async (scene: Scene): Promise<{ stops: Stop[]; certificates: Certificates }> => {
  // Its clock runs ahead for a moment, which would end a test that is under way.
  const { stops: checkout, orders } = await checkoutStops(scene);
  const learning = await learningStops(scene);
  const certificates = await makeCertificates(scene);
  const second = await secondCourseStops(scene);
  const film = await filmStops(scene);
  const assignments = await assignmentStops(scene);
  const staff = await staffStops(scene, orders, certificates);
  // After the messages that staff answer: a report of a fake is one of them.
  const desk = await deskStops(scene, certificates);
  const examining = await examiningStops(scene);
  const stops = [
    ...(await publicStops(scene)),
    ...(await accountStops(scene)),
    ...(await itemStops(scene)),
    ...learning,
    ...second,
    ...film,
    ...assignments,
    ...(await authorStops(scene)),
    ...(await holdingStops(scene, certificates)),
    ...(await manyStops(scene, certificates)),
    ...(await addressStops(scene)),
    ...checkout,
    ...(await certificateStops(scene, certificates)),
    ...(await walletStops(scene, certificates)),
    ...desk,
    ...privacyStops(scene),
    ...staff,
    ...examining,
  ];
  return { stops, certificates };
};

/**
 * Walks through every page in every state it can be in, in both languages, on a phone and on a desk: axe finds nothing,
 * nothing is wider than the screen, no script fails, no word is missing, and everything works by keyboard. Leaves the
 * pictures and a table in `var/pages`, for eyes to look at. `only` is a regular expression for names of pages.
 */
export const prove: Proof = async ({ say, only }) => {
  const isWanted = (stop: Stop): boolean => !only || new RegExp(only, 'i').test(nameOf(stop));
  mkdirSync(outDir, { recursive: true });
  const scene = await openScene();
  const browser = await openBrowser();
  const seen: Seen[] = [];

  const walk = async (stops: readonly Stop[], baseUrl: string): Promise<void> => {
    const windowOf = createWindows(browser, baseUrl);
    const rounds = roundsOf(stops.filter(isWanted));
    await inParallel(rounds, atOnce, async ([first, ...others]) => {
      const walker = await createWalker(await windowOf(first.stop.as), baseUrl, outDir);
      for (const look of [first, ...others]) {
        const one = await walker(look);
        seen.push(one);
        const { stop, sight } = look;
        for (const fault of one.faults) say(`${nameOf(stop)}, ${sight.language} ${sight.width}: ${fault}`);
        if (seen.length % 50 === 0) say(`${seen.length} sights`);
      }
    });
  };

  try {
    const { stops, certificates } = await gather(scene);
    say(`${stops.length} stops prepared`);
    await walk(stops, scene.instance.baseUrl);
    const stranded = await strand(scene, certificates);
    await walk(stranded.stops, stranded.scene.instance.baseUrl);
    const verdicts = await walkVerdicts(walk);
    const all = [...stops, ...stranded.stops, ...verdicts];
    const missing = [...forgotten(all), ...forgottenVerdicts(all)];
    for (const line of missing) say(line);
    writeFileSync(join(outDir, 'table.md'), tableOf(seen));
    const faults = seen.reduce((sum, one) => sum + one.faults.length, 0);
    const walked = seen.filter(({ keyboard }) => keyboard).length;
    const figures = { stops: all.length, sights: seen.length, byKeyboard: walked, faults, missing, outDir };
    return { ok: faults === 0 && missing.length === 0, figures };
  } finally {
    await browser.close();
    await scene.installation.remove();
  }
};
