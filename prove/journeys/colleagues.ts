import type { Person } from './person.ts';
import type { Stage } from './stage.ts';

/** The administrator gives the demo account with one role another one; answers a device on which it is signed in. */
export const giveRole = async (
  stage: Stage,
  administrator: Person,
  { to, role }: { to: string; role: string },
): Promise<Person> => {
  const { email } = await stage.installation.demoAccount(to);
  await administrator.press('web:navigation.staff');
  await administrator.press('staff:home.accounts');
  await administrator.write('account:fields.query', email);
  await administrator.press('account:staff.search');
  await administrator.press('account:staff.change-roles');
  await administrator.tick('account:changes.grant');
  await administrator.choose('account:fields.role', `account:roles.${role}`);
  await administrator.choose('account:fields.reason', 'account:reasons.new-duties');
  await administrator.picture('give-a-role');
  await administrator.press('account:staff.save');
  await administrator.sees(`account:roles.${role}`);
  return stage.staff(to);
};
