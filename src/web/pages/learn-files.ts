import { type Request, type Response, Router } from 'express';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';

/** One range of bytes (RFC 9110, 14.1.2), as players ask for; anything else gets the whole file. */
const rangeOf = (header: string | undefined, size: number): { start: number; end: number } | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return { start, end };
};

/** The files of courses, for those who are enrolled: pictures, films and captions inside pages, documents to take along. */
export const createFilePages = (deps: LearnPagesDeps): Router => {
  const send = async (request: Request, response: Response): Promise<void> => {
    const file = await deps.learning.openFile({
      accountId: learnerOf(deps, request),
      enrolmentId: String(request.params.enrolmentId),
      name: String(request.params.name),
    });
    const { bytes, name, mediaType, use } = file;
    response.set({
      'Content-Type': mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
      'Content-Disposition': `${use === 'download' ? 'attachment' : 'inline'}; filename="${name}"`,
      'Cache-Control': 'private, max-age=3600',
      'Accept-Ranges': 'bytes',
      // Whatever an author's file holds, it never acts as a page of ours.
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    const range = rangeOf(request.headers.range, bytes.length);
    if (!range) {
      response.end(bytes);
      return;
    }
    if (range.start > range.end) {
      response.status(416).set('Content-Range', `bytes */${bytes.length}`).end();
      return;
    }
    response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${bytes.length}`);
    response.end(bytes.subarray(range.start, range.end + 1));
  };

  const router = Router();
  router.use('/learn', deps.requireSignIn);
  router.get('/learn/:enrolmentId/files/:name', send);
  // The address of a picture is relative, and an answered form is shown one step deeper.
  router.get('/learn/:enrolmentId/:activityId/files/:name', send);
  return router;
};
