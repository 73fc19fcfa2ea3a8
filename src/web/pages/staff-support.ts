import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireRole } from '../../accounts/index.ts';
import { type Desk, verdictOf } from '../../desk/index.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { type Support, type Ticket, topicsFor } from '../../support/index.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';
import { foundWords } from './verdict-words.ts';
import { reportView } from './verify-view.ts';

type StaffSupportDeps = {
  render: Render;
  support: Pick<Support, 'list' | 'ticket' | 'file' | 'answer' | 'close'>;
  desk: Pick<Desk, 'lookUp'>;
};

const states = ['open', 'answered', 'closed'] as const;
const stateQuery = z.enum(states).catch('open');

const stepForm = z.strictObject({
  did: z.enum(['answered', 'closed']),
  note: z.string().trim().min(1).max(2000),
});

const shownAtMost = 100;

/** The desk of those who answer messages. Each sees the topics of their role only. */
export const createStaffSupportPages = ({ render, support, desk }: StaffSupportDeps): Router => {
  const router = Router();
  const staff = requireRole('support', 'privacy', 'administrator');

  /** A ticket of another desk does not exist here. */
  const ticketOf = async (request: Request): Promise<Ticket> => {
    const ticket = await support.ticket(String(request.params.ticketId));
    if (!ticket || !topicsFor(accountOf(request).roles).includes(ticket.topic)) throw notFound();
    return ticket;
  };

  /** What is doubted, as it stands now: the same checks as everybody sees. */
  const suspicionView = async ({ suspicion, file }: Ticket, words: Words) => {
    if (!suspicion) return undefined;
    const { identifier, verdict } = suspicion;
    const found = identifier ? await desk.lookUp(identifier) : undefined;
    const report = found?.kind === 'report' ? reportView(found.report, found.identifier, words) : undefined;
    return {
      identifier,
      reported: verdict && foundWords(verdict, words),
      now: found && foundWords(verdictOf(found), words),
      checks: report?.checks ?? [],
      size: file && Math.ceil(file.size / 1000),
    };
  };

  const showTicket = async (request: Request, response: Response, faults: readonly FieldFault[] = []) => {
    const { words } = contextOf(response);
    const ticket = await ticketOf(request);
    render(request, response, {
      view: 'support/ticket',
      title: words('support:staff.ticket', { number: ticket.number }),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        ticket,
        suspicion: await suspicionView(ticket, words),
        closed: ticket.state === 'closed',
        form: formOf({
          values: request.body,
          faults,
          words,
          labels: { note: words('support:staff.note') },
        }),
      },
    });
  };

  router.get('/staff/support', staff, async (request, response) => {
    const { words } = contextOf(response);
    const state = stateQuery.parse(request.query.state);
    const topics = topicsFor(accountOf(request).roles);
    const tickets = await support.list({ state, topics, limit: shownAtMost });
    render(request, response, {
      view: 'support/list',
      title: words('support:staff.title'),
      wide: true,
      noindex: true,
      data: { tickets, states: states.map((each) => ({ state: each, current: each === state })), state },
    });
  });

  router.get('/staff/support/:ticketId', staff, (request, response) => showTicket(request, response));

  router.get('/staff/support/:ticketId/file', staff, async (request, response) => {
    const { id, number } = await ticketOf(request);
    const file = await support.file(id);
    if (!file) throw notFound();
    const ending = {
      'application/pdf': 'pdf',
      'application/json': 'json',
      'image/png': 'png',
      'image/jpeg': 'jpg',
    };
    // A stranger's file under our own address: it is only ever saved, never shown.
    response.attachment(`${number}.${ending[file.type]}`);
    response.set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'; sandbox" });
    response.type('application/octet-stream').send(Buffer.from(file.bytes));
  });

  router.post('/staff/support/:ticketId', staff, async (request, response) => {
    const ticket = await ticketOf(request);
    const form = check(stepForm, request.body);
    if (!form.ok) return showTicket(request, response, form.faults);
    const step = { ticketId: ticket.id, by: accountOf(request).id, note: form.value.note };
    if (form.value.did === 'answered') await support.answer(step);
    else await support.close(step);
    response.redirect(303, `/${contextOf(response).language}/staff/support/${ticket.id}`);
  });

  return router;
};
