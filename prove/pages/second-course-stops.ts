import { enrol } from '../../test/support/walk.ts';
import type { Scene } from './scene.ts';
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
