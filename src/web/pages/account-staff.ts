import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import {
  type AccountSummary,
  accountOf,
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

const searchForm = z.strictObject({ query: z.string().trim().min(1).max(254) });
const roleForm = z.strictObject({
  change: z.enum(['grant', 'revoke']),
  role: z.enum(staffRoles),
  reason: z.enum(roleReasons),
});
const lockForm = z.strictObject({ reason: z.enum(lockReasons) });
const unlockForm = z.strictObject({ reason: z.enum(unlockReasons) });

type FormName = 'grant' | 'revoke' | 'lock';
type Faulty = { form: FormName; faults: readonly FieldFault[] };

const options = (words: Words, group: string, codes: readonly string[]) =>
  codes.map((value) => ({ value, label: words(`account:${group}.${value}`) }));

/** Other people's accounts, for administrators: look one up by exact address or number, its roles, lock it. */
export const createStaffAccountPages = ({ render, accounts }: AccountPagesDeps): Router => {
  const showSearch = (request: Request, response: Response, values: unknown, faults: readonly FieldFault[]) =>
    render(request, response, {
      view: 'account/staff-search',
      title: contextOf(response).words('account:staff.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: { form: accountForm(response, values, faults) },
    });

  /** By POST, so that no address of a person stands in a history or a log. */
  const search: RequestHandler = async (request, response) => {
    const form = check(searchForm, request.body);
    if (!form.ok) return showSearch(request, response, request.body, form.faults);
    const { query } = form.value;
    const found = query.includes('@')
      ? await accounts.accountByEmail(query)
      : await accounts.accountById(query);
    if (found) return goTo(response, `/staff/accounts/${found.id}`);
    showSearch(request, response, request.body, [{ pointer: '/query', code: 'no-such-account' }]);
  };

  const accountIn = async (request: Request): Promise<AccountSummary> => {
    const account = await accounts.accountById(String(request.params.accountId));
    if (!account) throw notFound();
    return account;
  };

  const show = async (
    request: Request,
    response: Response,
    account: AccountSummary,
    faulty?: Faulty,
  ): Promise<void> => {
    const { words } = contextOf(response);
    const formFor = (name: FormName) =>
      faulty?.form === name ? accountForm(response, request.body, faulty.faults) : accountForm(response);
    const has = (role: (typeof staffRoles)[number]): boolean => account.roles.includes(role);
    render(request, response, {
      view: 'account/staff-account',
      title: words('account:staff.account', { id: account.id }),
      status: faulty ? 422 : 200,
      noindex: true,
      wide: true,
      data: {
        account,
        isOwn: accountOf(request).id === account.id,
        isClosed: account.state === 'closed',
        isLocked: account.state === 'locked',
        canLock: account.state === 'active',
        logins: loginTable(words, await accounts.loginHistory(account.id)),
        grantable: options(
          words,
          'roles',
          staffRoles.filter((role) => !has(role)),
        ),
        revocable: options(words, 'roles', staffRoles.filter(has)),
        roleReasons: options(words, 'reasons', roleReasons),
        lockReasons: options(words, 'reasons', account.state === 'locked' ? unlockReasons : lockReasons),
        forms: { grant: formFor('grant'), revoke: formFor('revoke'), lock: formFor('lock') },
      },
    });
  };

  const changeRole: RequestHandler = async (request, response) => {
    const account = await accountIn(request);
    const form = check(roleForm, request.body);
    if (!form.ok) {
      const shown =
        (request.body as { change?: unknown } | undefined)?.change === 'revoke' ? 'revoke' : 'grant';
      return show(request, response, account, { form: shown, faults: form.faults });
    }
    const { change, role, reason } = form.value;
    const command = { by: accountOf(request).id, accountId: account.id, role, reason };
    await (change === 'grant' ? accounts.grantRole(command) : accounts.revokeRole(command));
    goTo(response, `/staff/accounts/${account.id}`);
  };

  const changeLock =
    (schema: typeof lockForm | typeof unlockForm, act: 'lock' | 'unlock'): RequestHandler =>
    async (request, response) => {
      const account = await accountIn(request);
      const form = check(schema, request.body);
      if (!form.ok) return show(request, response, account, { form: 'lock', faults: form.faults });
      await accounts[act]({
        by: accountOf(request).id,
        accountId: account.id,
        reason: form.value.reason,
      });
      goTo(response, `/staff/accounts/${account.id}`);
    };

  const router = Router();
  router.use('/staff/accounts', requireRole('administrator'));
  router.get('/staff/accounts', (request, response) => showSearch(request, response, {}, []));
  router.post('/staff/accounts', search);
  router.get('/staff/accounts/:accountId', async (request, response) =>
    show(request, response, await accountIn(request)),
  );
  router.post('/staff/accounts/:accountId/roles', changeRole);
  router.post('/staff/accounts/:accountId/lock', changeLock(lockForm, 'lock'));
  router.post('/staff/accounts/:accountId/unlock', changeLock(unlockForm, 'unlock'));
  return router;
};
