/**
 * `node scripts/make-film.ts [folder]`: makes the film "From the QR code to the verdict" of the course
 * `verifying-credentials` anew, in both languages, with its captions: screens of the running product, in a throw-away
 * installation, joined by ffmpeg, which is needed for nothing else. Writes to the files of the course unless told
 * otherwise. A film that changed belongs to a new version of the course.
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser } from 'puppeteer';
import { openBrowser } from '../test/support/browser/open-browser.ts';
import { expectStatus } from '../test/support/client.ts';
import { type OfflineBrowser, openOfflineBrowser } from '../test/support/offline-page.ts';
import { openWorld, type World } from '../test/support/world.ts';
import { drawFrames } from './film/frames.ts';
import { captionsOf, joinFrames } from './film/join.ts';
import { prepareProps } from './film/props.ts';
import { takeScreens } from './film/screens.ts';
import { scenes } from './film/words.ts';

const name = 'from-code-to-verdict';
const host = 'jinfo.example';
const [folder = 'content/courses/verifying-credentials/files'] = process.argv.slice(2);

type Studio = { world: World; browser: Browser; offline: OfflineBrowser };

const makeFilm = async (studio: Studio, language: 'en' | 'fr'): Promise<void> => {
  const { world, browser } = studio;
  const props = await prepareProps(world, language);
  const { baseUrl: origin } = world.visitor();
  // Read anew for each language: it carries the status lists of its moment.
  const { text: html } = expectStatus(await world.visitor().get('/verifier/offline.html'));
  const screens = await takeScreens({ browser, origin, host, language }, props, { ...studio, html });
  const frames = await drawFrames(browser, scenes, screens, language);
  const film = join(resolve(folder), `${name}.${language}.webm`);
  await joinFrames(scenes, frames, film);
  await writeFile(join(resolve(folder), `${name}.${language}.vtt`), captionsOf(scenes, language));
  console.log(`${film}: ${Math.round((await stat(film)).size / 1024)} kB`);
};

await mkdir(resolve(folder), { recursive: true });
const world = await openWorld({ BASE_URL: `https://${host}` });
// Yesterday by the clock of the browser, which tells the age of the lists that the offline verifier was kept with.
world.clock.advance({ minutes: (Date.now() - world.clock.now().getTime()) / 60_000, days: -1 });
const [browser, offline] = await Promise.all([openBrowser(), openOfflineBrowser()]);
try {
  for (const language of ['en', 'fr'] as const) await makeFilm({ world, browser, offline }, language);
} finally {
  await Promise.all([browser.close(), offline.close()]);
  await world.close();
}
