import { Router } from 'express';
import { z } from 'zod';
import { type Accounts, requireRole } from '../../accounts/index.ts';
import type { Audit, AuditRecord } from '../../platform/audit/audit.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type StaffAuditDeps = {
  render: Render;
  audit: Pick<Audit, 'list' | 'verify'>;
  accounts: Pick<Accounts, 'nameOf'>;
};

const perPage = 50;

/** Reasons are codes; each desk words its own. */
const reasonWords = [
  'account:reasons',
  'certificates:reasons',
  'certificates:suspensions',
  'checkout:reasons',
  'staff:audit.reasons',
];

const reasonIn = (words: Words, reason: string | undefined): string | undefined => {
  const key = reasonWords.map((group) => `${group}.${reason}`).find((one) => words.has(one));
  return key ? words(key) : reason;
};

/** Whatever else an address carries is not asked. */
const query = z.object({
  target: z.string().trim().min(1).max(300).optional().catch(undefined),
  before: z.coerce.number().int().positive().optional().catch(undefined),
  check: z.literal('chain').optional().catch(undefined),
});

/** The audit trail, newest first, with the proof that it is whole. */
export const createStaffAuditPages = ({ render, audit, accounts }: StaffAuditDeps): Router => {
  const router = Router();

  /** Names are looked up as the page is drawn: the trail itself holds none. */
  const namesOf = async (records: readonly AuditRecord[]): Promise<Map<string, string>> => {
    const actors = [...new Set(records.map(({ actor }) => actor))].filter((actor) => actor !== 'system');
    const named = await Promise.all(
      actors.map(async (actor) => [actor, (await accounts.nameOf(actor)) ?? actor] as const),
    );
    return new Map(named);
  };

  const rowOf = (record: AuditRecord, names: Map<string, string>, words: Words) => {
    const action = `staff:audit.actions.${record.action}`;
    return {
      seq: record.seq,
      at: record.at,
      actor: names.get(record.actor) ?? words('staff:audit.system'),
      action: words.has(action) ? words(action) : record.action,
      target: record.target,
      reason: reasonIn(words, record.reason),
    };
  };

  router.get('/staff/audit', requireRole('privacy', 'administrator'), async (request, response) => {
    const { words } = contextOf(response);
    const { target, before, check } = query.parse(request.query);
    const found = await audit.list({
      limit: perPage + 1,
      ...(target ? { target } : {}),
      ...(before ? { before } : {}),
    });
    const records = found.slice(0, perPage);
    const names = await namesOf(records);
    render(request, response, {
      view: 'staff/audit',
      title: words('staff:audit.title'),
      wide: true,
      noindex: true,
      data: {
        records: records.map((record) => rowOf(record, names, words)),
        target,
        form: formOf({ values: { target }, words }),
        chain: check && (await audit.verify()),
        older: found.length > perPage ? olderPath(records.at(-1)?.seq, target) : undefined,
      },
    });
  });
  return router;
};

const olderPath = (before: number | undefined, target: string | undefined): string =>
  `/staff/audit?${new URLSearchParams({ ...(target ? { target } : {}), before: String(before) })}`;
