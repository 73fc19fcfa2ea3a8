import type { Request, RequestHandler, Response } from 'express';
import type { IntegrityCase, LearningCard } from '../../learning/index.ts';
import { contextOf } from '../../platform/http/context.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';

/** Whether the candidate can say something now: an answer to what is alleged, or an appeal. */
const awaitsCandidate = (one: IntegrityCase): boolean =>
  one.state === 'denied' || (one.state === 'alleged' && one.answer === undefined);

/** `/learn`: what one is enrolled in and follows, and what one is asked. */
export const createDashboard = (deps: LearnPagesDeps): RequestHandler => {
  const { render, learning } = deps;
  return async (request: Request, response: Response): Promise<void> => {
    const { words } = contextOf(response);
    const accountId = learnerOf(deps, request);
    const cards = await learning.myLearning(accountId);
    const cases = await learning.examining.cases.toldTo(accountId);
    const of = (state: LearningCard['state']) => cards.filter((card) => card.state === state);
    const data = {
      any: cards.length > 0,
      active: of('active'),
      completed: of('completed'),
      withdrawn: of('withdrawn'),
      paths: await learning.paths.followedBy(accountId),
      asked: cases.filter(awaitsCandidate).map((one) => ({
        ...one,
        title: cards.find(({ enrolmentId }) => enrolmentId === one.enrolmentId)?.title,
      })),
      hasCases: cases.length > 0,
    };
    render(request, response, { view: 'learn/dashboard', title: words('learn:dashboard.title'), data });
  };
};
