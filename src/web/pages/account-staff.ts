import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import {
  type AccountSummary,
  accountOf,
  fullName,
  isStaffRole,
  lockReasons,
  requireRole,
  roleReasons,
  roles,
  unlockReasons,
} from '../../accounts/index.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { type AccountPagesDeps, accountForm, goTo } from './account-deps.ts';
import { loginTable } from './account-profile.ts';

const staffRoles = roles.filter(isStaffRole);
const changes = ['grant', 'revoke'] as const;

const searchForm = z.strictObject({ query: z.string().trim().min(1).max(254) });
const roleForm = z.strictObject({
  change: z.enum(changes),
  role: z.enum(staffRoles),
  reason: z.enum(roleReasons),
});
const reasonForms = {
  lock: z.strictObject({ reason: z.enum(lockReasons) }),
  unlock: z.strictObject({ reason: z.enum(unlockReasons) }),
};
type LockAct = keyof typeof reasonForms;
const reasonsOf = { lock: lockReasons, unlock: unlockReasons } as const;

const options = (words: Words, group: string, codes: readonly string[]) =>
  codes.map((value) => ({ value, label: words(`account:${group}.${value}`) }));

type Sheet = { view: string; title: string; data: object; faults?: readonly FieldFault[] };

/** Other people's accounts, for administrators: look one up by exact address or number, its roles, lock it. */
export const createStaffAccountPages = ({ render, accounts }: AccountPagesDeps): Router => {
  /** A page with one form, as it was typed when there are faults. */
  const show = (request: Request, response: Response, { view, title, data, faults = [] }: Sheet): void =>
    render(request, response, {
      view: `account/${view}`,
      title,
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: { ...data, form: accountForm(response, faults.length > 0 ? request.body : {}, faults) },
    });

  const accountIn = async (request: Request): Promise<AccountSummary> => {
    const account = await accounts.accountById(String(request.params.accountId));
    if (!account) throw notFound();
    return account;
  };

  const backTo = (response: Response, { id }: AccountSummary): void =>
    goTo(response, `/staff/accounts/${id}`);

  const showSearch = (request: Request, response: Response, faults: readonly FieldFault[] = []): void =>
    show(request, response, {
      view: 'staff-search',
      title: contextOf(response).words('account:staff.title'),
      data: {},
      faults,
    });

  /** By POST, so that no address of a person stands in a history or a log. */
  const search: RequestHandler = async (request, response) => {
    const form = check(searchForm, request.body);
    if (!form.ok) return showSearch(request, response, form.faults);
    const { query } = form.value;
    const found = query.includes('@')
      ? await accounts.accountByEmail(query)
      : await accounts.accountById(query);
    if (found) return backTo(response, found);
    showSearch(request, response, [{ pointer: '/query', code: 'no-such-account' }]);
  };

  const showAccount: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const account = await accountIn(request);
    const isClosed = account.state === 'closed';
    render(request, response, {
      view: 'account/staff-account',
      title: isClosed ? words('account:staff.closed') : fullName(account),
      noindex: true,
      wide: true,
      data: {
        account,
        isClosed,
        isOwn: accountOf(request).id === account.id,
        isLocked: account.state === 'locked',
        canLock: account.state === 'active',
        logins: loginTable(words, await accounts.loginHistory(account.id)),
      },
    });
  };

  const showRoles = (
    request: Request,
    response: Response,
    account: AccountSummary,
    faults: readonly FieldFault[] = [],
  ): void => {
    const { words } = contextOf(response);
    show(request, response, {
      view: 'staff-roles',
      title: words('account:staff.change-roles'),
      faults,
      data: {
        account,
        changes: options(words, 'changes', changes),
        roles: options(words, 'roles', staffRoles),
        reasons: options(words, 'reasons', roleReasons),
      },
    });
  };

  const changeRole: RequestHandler = async (request, response) => {
    const account = await accountIn(request);
    const form = check(roleForm, request.body);
    if (!form.ok) return showRoles(request, response, account, form.faults);
    const { change, role, reason } = form.value;
    const command = { by: accountOf(request).id, accountId: account.id, role, reason };
    await (change === 'grant' ? accounts.grantRole(command) : accounts.revokeRole(command));
    backTo(response, account);
  };

  const showLock = (
    request: Request,
    response: Response,
    account: AccountSummary,
    act: LockAct,
    faults: readonly FieldFault[] = [],
  ): void => {
    const { words } = contextOf(response);
    show(request, response, {
      view: 'staff-lock',
      title: words(`account:staff.${act}`),
      faults,
      data: { account, act, locking: act === 'lock', reasons: options(words, 'reasons', reasonsOf[act]) },
    });
  };

  const changeLock =
    (act: LockAct): RequestHandler =>
    async (request, response) => {
      const account = await accountIn(request);
      const form = check(reasonForms[act], request.body);
      if (!form.ok) return showLock(request, response, account, act, form.faults);
      await accounts[act]({ by: accountOf(request).id, accountId: account.id, reason: form.value.reason });
      backTo(response, account);
    };

  const router = Router();
  router.use('/staff/accounts', requireRole('administrator'));
  router.get('/staff/accounts', (request, response) => showSearch(request, response));
  router.post('/staff/accounts', search);
  router.get('/staff/accounts/:accountId', showAccount);
  router.get('/staff/accounts/:accountId/roles', async (request, response) =>
    showRoles(request, response, await accountIn(request)),
  );
  router.post('/staff/accounts/:accountId/roles', changeRole);
  for (const act of ['lock', 'unlock'] as const) {
    router.get(`/staff/accounts/:accountId/${act}`, async (request, response) =>
      showLock(request, response, await accountIn(request), act),
    );
    router.post(`/staff/accounts/:accountId/${act}`, changeLock(act));
  }
  return router;
};
