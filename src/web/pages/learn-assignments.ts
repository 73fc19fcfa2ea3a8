import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { AssignmentView, WorkFile, WorkRequest } from '../../learning/index.ts';
import { DomainError, type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { assignmentData, type Sent } from './learn-assignment-view.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';
import { noteData } from './learn-notes.ts';
import { uploadOf } from './learn-work-upload.ts';

const workForm = z.strictObject({
  text: z.string().default(''),
  revision: z.coerce.number().int().min(0).max(1_000_000),
  action: z.enum(['save', 'hand-in', 'drop-file']),
});
const appealForm = z.strictObject({ appeal: z.string() });

/** A stranger's file is taken along, and never acts as a page of ours. */
export const sendWorkFile = (response: Response, { name, mediaType, bytes }: WorkFile): void => {
  response.set({
    'Content-Type': mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
    'Content-Disposition': `attachment; filename="${name}"`,
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  response.end(bytes);
};

const typedIn = (body: unknown): Record<string, string> => {
  const { text, appeal } = (body ?? {}) as { text?: unknown; appeal?: unknown };
  return {
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof appeal === 'string' ? { appeal } : {}),
  };
};

/** An assignment: written, handed in, and taken up again. */
export const createAssignmentPages = (deps: LearnPagesDeps): Router => {
  const { render, learning } = deps;

  const placeOf = (request: Request) => ({
    accountId: learnerOf(deps, request),
    enrolmentId: String(request.params.enrolmentId),
    activityId: String(request.params.activityId),
  });

  const viewOf = async (request: Request): Promise<AssignmentView> => {
    const view = await learning.visitActivity(placeOf(request));
    if (view.kind !== 'assignment') throw notFound();
    return view;
  };

  /** The page as it stands now, with what was typed. */
  const showAgain = async (request: Request, response: Response, sent: Sent, status: number) => {
    const { words } = contextOf(response);
    const view = await viewOf(request);
    const note = noteData(await learning.notes.show(placeOf(request)), words);
    const data = { ...assignmentData(view, words, { typed: typedIn(request.body), ...sent }), ...note };
    const title = view.step.title[words.language];
    render(request, response, { view: 'learn/assignment', title, data, status });
  };

  const refuse = async (request: Request, response: Response, error: unknown): Promise<void> => {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'invalid-input') return showAgain(request, response, { faults: error.errors }, 422);
    if (error.code !== 'assignment-closed' && error.code !== 'appeal-closed') throw error;
    await showAgain(request, response, { refused: 'closed' }, 409);
  };

  const back = (request: Request, response: Response, done: string): void => {
    const { enrolmentId, activityId } = request.params;
    const { language } = contextOf(response);
    response.redirect(303, `/${language}/learn/${enrolmentId}/${activityId}?done=${done}#work`);
  };

  /** A file past what any assignment takes was left out while it was read. */
  const largeFile = async (request: Request, response: Response): Promise<FieldFault[]> => {
    const [name] = uploadOf(response)?.tooLarge ?? [];
    if (name === undefined) return [];
    const { rules } = await viewOf(request);
    const max = rules.file?.mostMegabytes ?? 0;
    return [{ pointer: `/${name}`, code: 'work-file-too-large', params: { max } }];
  };

  const requestOf = (request: Request, response: Response, values: z.infer<typeof workForm>): WorkRequest => {
    const upload = uploadOf(response);
    const bytes = upload?.files.file;
    return {
      ...placeOf(request),
      text: values.text,
      seenRevision: values.revision,
      ...(bytes ? { file: { bytes, name: upload.names.file ?? '' } } : {}),
      ...(values.action === 'drop-file' ? { dropFile: true } : {}),
    };
  };

  const send = async (request: Request, response: Response): Promise<void> => {
    const strays = Object.keys(uploadOf(response)?.files ?? {}).filter((name) => name !== 'file');
    const checked = check(workForm, request.body);
    const faults = [
      ...strays.map((name) => ({ pointer: `/${name}`, code: 'unknown-field' })),
      ...(checked.ok ? [] : checked.faults),
      ...(await largeFile(request, response)),
    ];
    if (!checked.ok || faults.length > 0) return showAgain(request, response, { faults }, 422);
    const { action } = checked.value;
    const { assignments } = learning;
    try {
      const sent = requestOf(request, response, checked.value);
      const { outcome } = await (action === 'hand-in' ? assignments.handIn(sent) : assignments.save(sent));
      if (outcome === 'outdated') return showAgain(request, response, { refused: 'outdated' }, 409);
      back(request, response, action === 'hand-in' ? 'handed-in' : 'saved');
    } catch (error) {
      await refuse(request, response, error);
    }
  };

  const appeal = async (request: Request, response: Response): Promise<void> => {
    const checked = check(appealForm, request.body);
    if (!checked.ok) return showAgain(request, response, { faults: checked.faults }, 422);
    try {
      await learning.assignments.appeal({ ...placeOf(request), text: checked.value.appeal });
      back(request, response, 'asked');
    } catch (error) {
      await refuse(request, response, error);
    }
  };

  const router = Router();
  router.use('/learn', deps.requireSignIn);
  router.post('/learn/:enrolmentId/:activityId/work', send);
  router.post('/learn/:enrolmentId/:activityId/work/appeal', appeal);
  router.get('/learn/:enrolmentId/:activityId/work/:fileId', async (request, response) => {
    const fileId = String(request.params.fileId);
    sendWorkFile(response, await learning.assignments.openFile({ ...placeOf(request), fileId }));
  });
  return router;
};
