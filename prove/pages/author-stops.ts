import { expectStatus } from '../../test/support/client.ts';
import { freeCourse, type Scene } from './scene.ts';
import type { Stop } from './stop.ts';

/** The desk of authors: a course as it is offered, and the draft of its next version with something missing. */
export const authorStops = async (scene: Scene): Promise<Stop[]> => {
  const as = await scene.staff('author');
  const client = await scene.clientOf(as);
  const course = `/staff/courses/${freeCourse}`;
  const begin = expectStatus(await client.get(`/en${course}`))
    .page()
    .form(/\/draft$/);
  expectStatus(await client.send(begin));
  const activity = `${course}/activities/principles`;
  const form = expectStatus(await client.get(`/en${activity}`))
    .page()
    .form(/\/activities\/principles$/);
  expectStatus(await client.send(form, { 'body.fr': '' }));
  return [
    { view: 'staff/courses', path: '/staff/courses', as },
    { view: 'staff/course', path: '/staff/courses/verifying-credentials', as },
    { view: 'staff/course-draft', path: course, as, dark: true },
    { view: 'staff/course-activity', path: activity, as },
  ];
};
