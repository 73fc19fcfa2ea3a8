import type { Page } from 'puppeteer';
import { expectStatus } from '../../test/support/client.ts';
import { enrol } from '../../test/support/walk.ts';
import { awaited, paidCourse, type Scene } from './scene.ts';
import type { Stop } from './stop.ts';

/** The course that opens once the first is completed, with what only it has: a document, an address, a picture. */
export const secondCourseStops = async (scene: Scene): Promise<Stop[]> => {
  const as = scene.candidates.certified;
  const course = `/learn/${await enrol(await scene.clientOf(as), 'responding-to-breaches')}`;
  return [
    { view: 'learn/file', path: `${course}/breach-record`, as, dark: true },
    { view: 'learn/link', path: `${course}/the-rule`, as },
    { view: 'learn/page', state: 'picture', path: `${course}/seventy-two-hours`, as },
    { view: 'learn/course', state: 'prerequisite completed', path: '/courses/responding-to-breaches', as },
  ];
};

/** Seconds into the film: a page that is not valid. */
const place = 44;

/** Goes to a place in the film, as somebody does who drags its slider; its captions are there as well. */
const seek = async (page: Page): Promise<void> => {
  await page.evaluate(`document.querySelector('video').currentTime = ${place}`);
  const isThere = `(() => {
    const { readyState, seeking, currentTime, textTracks: [captions] } = document.querySelector('video');
    return readyState >= 2 && !seeking && currentTime === ${place} && captions.activeCues?.length === 1;
  })()`;
  await page.waitForFunction(isThere, { timeout: 20_000 });
};

/** The film of the paid course, which the learner of the demo has bought. */
export const filmStops = async (scene: Scene): Promise<Stop[]> => {
  const as = await scene.staff('learner');
  const client = await scene.clientOf(as);
  const course = await awaited('the paid course', async () => {
    const { links } = expectStatus(await client.get(`/en/courses/${paidCourse}`)).page();
    return links.map(({ href }) => /\/learn\/[^/]+$/.exec(href)?.[0]).find((path) => path !== undefined);
  });
  const path = `${course}/from-code-to-verdict`;
  return [
    { view: 'learn/video', path, as, dark: true },
    { view: 'learn/video', state: 'sought', path, as, doing: seek },
  ];
};
