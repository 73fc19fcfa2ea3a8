import type { Client } from '../test/support/client.ts';
import type { Installation, Instance } from '../test/support/instance.ts';
import type { Person } from '../test/support/walk.ts';
import type { Narrator } from './narrate.ts';

/** What all steps share: the running service, the learner with their browser, and who tells the story. */
export type Scene = Narrator & {
  installation: Installation;
  instance: Instance;
  learner: Person;
  browser: Client;
};

export const freeCourse = 'protecting-personal-data';
export const paidCourse = 'verifying-credentials';

/** A name with letters that not every typeface has. */
export const learner: Person = {
  givenName: 'Zoé',
  familyName: 'Šťastná',
  email: 'zoe.stastna@example.org',
  password: 'velvet harbour tulip 91 okapi',
  country: 'CZ',
  language: 'en',
};

/** How long a learner waits after the first failed test of the free course. */
export const waitingMinutes = 10;
