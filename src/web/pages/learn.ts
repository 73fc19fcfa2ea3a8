import { Router } from 'express';
import { createActivityPages } from './learn-activities.ts';
import { createAssignmentPages } from './learn-assignments.ts';
import { createAttemptPages } from './learn-attempts.ts';
import { createCasePages } from './learn-cases.ts';
import { createCoursePages } from './learn-courses.ts';
import type { LearnPagesDeps } from './learn-deps.ts';
import { createFilePages } from './learn-files.ts';
import { createPathPages } from './learn-paths.ts';
import { createReportPages } from './learn-reports.ts';
import { createSurroundings } from './learn-surroundings.ts';

/** The catalogue, and everything a learner does. Attempts and cases first: their addresses would else be taken for an enrolment. */
export const createLearnPages = (deps: LearnPagesDeps): Router =>
  Router().use(
    createCoursePages(deps),
    createPathPages(deps),
    createFilePages(deps),
    createSurroundings(deps),
    createAttemptPages(deps),
    createCasePages(deps),
    createReportPages(deps),
    createAssignmentPages(deps),
    createActivityPages(deps),
  );
