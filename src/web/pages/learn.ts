import { Router } from 'express';
import { createActivityPages } from './learn-activities.ts';
import { createAttemptPages } from './learn-attempts.ts';
import { createCoursePages } from './learn-courses.ts';
import type { LearnPagesDeps } from './learn-deps.ts';
import { createFilePages } from './learn-files.ts';
import { createPathPages } from './learn-paths.ts';

/** The catalogue, and everything a learner does. Attempts first: their address would else be taken for an enrolment. */
export const createLearnPages = (deps: LearnPagesDeps): Router =>
  Router().use(
    createCoursePages(deps),
    createPathPages(deps),
    createFilePages(deps),
    createAttemptPages(deps),
    createActivityPages(deps),
  );
