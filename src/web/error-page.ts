import type { Request, Response } from 'express';
import { contextOf } from '../platform/http/context.ts';
import type { Problem } from '../platform/http/problem.ts';
import { addresses } from './addresses.ts';
import type { Render } from './render.ts';

/** The page for a problem, for `platform/http/problem.ts`: what happened, what it means, what to do next. */
export const errorPage =
  (render: Render) =>
  (request: Request, response: Response, problem: Problem): void => {
    const { words, path } = contextOf(response);
    const code = problem.type.replace('/problems/', '');
    render(request, response, {
      view: 'error/problem',
      title: problem.title,
      status: problem.status,
      noindex: true,
      data: {
        problem,
        remedy: words(`problems:${code}.remedy`),
        lost: problem.status === 404,
        signInPath:
          problem.status === 401 ? `${addresses.signIn}?next=${encodeURIComponent(path)}` : undefined,
        ours: problem.status >= 500,
      },
    });
  };
