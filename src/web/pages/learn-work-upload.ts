import { type Request, type Response, Router } from 'express';
import { contextOf } from '../../platform/http/context.ts';
import { carriesToken, isFromElsewhere } from '../../platform/http/csrf.ts';
import { formOf } from '../form.ts';
import { readUpload, type Upload } from '../read-upload.ts';
import type { Render } from '../render.ts';

/** 20,000 characters of four bytes and their line ends with room to spare: what is too long comes back with its words. */
const limits = {
  maxFileBytes: 10 * 1024 * 1024,
  maxFieldBytes: 400_000,
  maxFiles: 1,
  dropsTooLarge: true,
};

type WithUpload = { upload?: Upload };

export const uploadOf = (response: Response): Upload | undefined => (response.locals as WithUpload).upload;

type Deps = {
  render: Render;
  baseUrl: string;
  accountOf(request: Request): { id: string } | undefined;
};

const textIn = (body: unknown, name: string): string => {
  const value = (body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
};

/**
 * Reads the form of an assignment before its token is checked: the token is one of its fields. Whoever's session has
 * ended while they wrote gets their words back, in a form that can be sent again after signing in.
 */
export const createWorkUpload = ({ render, baseUrl, accountOf }: Deps): Router => {
  const router = Router();
  router.post('/learn/:enrolmentId/:activityId/work', async (request, response, next) => {
    const isSignedIn = accountOf(request) !== undefined;
    if (isFromElsewhere(request, baseUrl)) return next();
    if (request.is('multipart/form-data')) {
      // What somebody sends who is not signed in is read for its words alone.
      const upload = await readUpload(request, isSignedIn ? limits : { ...limits, maxFileBytes: 1 });
      request.body = { ...upload.fields };
      (response.locals as WithUpload).upload = upload;
    }
    if (isSignedIn && carriesToken(request)) return next();
    const { words, path } = contextOf(response);
    const text = textIn(request.body, 'text');
    render(request, response, {
      view: 'learn/work-kept',
      title: words('assignment:kept.title'),
      status: isSignedIn ? 403 : 401,
      noindex: true,
      data: {
        isSignedIn,
        action: path,
        activity: path.replace(/\/work$/, ''),
        revision: textIn(request.body, 'revision'),
        form: formOf({ words, values: { text } }),
      },
    });
  });
  return router;
};
