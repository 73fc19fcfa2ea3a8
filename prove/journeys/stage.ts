import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { createInstallation, type Installation, type Instance } from '../../test/support/instance.ts';
import { type Candidate, prepareCandidates } from '../support/candidate.ts';
import { createChance } from '../support/chance.ts';
import { type Album, createAlbum } from './album.ts';
import { createPerson, type Person } from './person.ts';
import { type Language, wordsIn } from './words.ts';

export type Account = { email: string; password: string };

/** Where one journey takes place: a throw-away service, a browser, an album, all in one language. */
export type Stage = {
  language: Language;
  installation: Installation;
  instance: Instance;
  album: Album;
  /** Where browsers put what is downloaded. */
  downloads: string;
  chance(): number;
  /** Says what is done and notes it as one step of the journey. */
  step(what: string): void;
  readonly steps: number;
  /** A device of its own: nothing is shared with the others. */
  device(): Promise<Person>;
  /** A device on which the demo account with this role is signed in. */
  staff(role: string): Promise<Person>;
  /** Learners whose final test is under way. */
  candidates: readonly Candidate[];
};

/** `candidates`: how many learners are in the middle of a test when it begins. */
export type Journey = {
  candidates?: number;
  play(stage: Stage): Promise<Record<string, unknown>>;
};

type Props = {
  browser: Browser;
  language: Language;
  name: string;
  outDir: string;
  seed: number;
  say(progress: string): void;
};

/** Answers the question about cookies, which every device is asked once. */
export const refuseCookies = (person: Person): Promise<void> => person.press('privacy:cookies.refuse');

export const signIn = async (person: Person, { email, password }: Account): Promise<void> => {
  await person.open('/sign-in');
  await enterAccount(person, { email, password });
};

/** The page to sign in is there already. */
export const enterAccount = async (person: Person, { email, password }: Account): Promise<void> => {
  await person.write('account:fields.email', email);
  await person.write('account:fields.password', password);
  await Promise.all([person.page.waitForNavigation(), person.page.keyboard.press('Enter')]);
  // Whoever signs in reads on in the language of their account; the demo people have either.
  if ((await person.page.evaluate('document.documentElement.lang')) !== person.words.language) {
    await person.press(`web:languages.${person.words.language}`);
  }
  await person.sees('web:frame.sign-out');
};

/** Opens the newest letter to somebody, as the folder of letters shows it. */
export const openLetter = async (person: Person, to: Account, subject: string): Promise<void> => {
  await person.open('/dev/mail');
  await person.awaits(to.email);
  await person.awaits(subject);
  await person.press(subject, to.email);
};

/** Runs a journey in one language on a service of its own, which is gone afterwards. */
export const playOn = async (props: Props, journey: Journey) => {
  const { browser, language, name, outDir, seed, say } = props;
  const installation = await createInstallation({ OPERATOR_EMAIL: 'contact@jinfo.example' });
  const album = createAlbum(outDir, `${name}.${language}`);
  const downloads = join(installation.dataDir, 'downloads');
  let steps = 0;
  try {
    const candidates = journey.candidates ? await prepareCandidates(installation, journey.candidates) : [];
    const instance = await installation.start({ clock: { behind: 0 } });
    const device = async (): Promise<Person> => {
      const context = await browser.createBrowserContext({
        downloadBehavior: { policy: 'allow', downloadPath: downloads },
      });
      const words = wordsIn(language);
      return createPerson({ context, baseUrl: instance.baseUrl, words, album });
    };
    const stage: Stage = {
      language,
      installation,
      instance,
      album,
      downloads,
      chance: createChance(seed),
      step: (what) => {
        steps += 1;
        say(`${name}.${language} ${String(steps).padStart(2)}  ${what}`);
      },
      get steps() {
        return steps;
      },
      device,
      candidates,
      staff: async (role) => {
        const person = await device();
        await person.open('/sign-in');
        await refuseCookies(person);
        await signIn(person, await installation.demoAccount(role));
        return person;
      },
    };
    const figures = await journey.play(stage).catch((error: unknown) => {
      album.note(`stopped: ${error instanceof Error ? error.stack : error}`);
      return { stopped: true };
    });
    return { steps, pictures: album.pictures, faults: album.faults, figures };
  } finally {
    await installation.remove();
  }
};
