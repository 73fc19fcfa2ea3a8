import {
  begin,
  type Cheat,
  type Cheater,
  choiceIn,
  createCheater,
  insist,
  type Sitting,
  sendShown,
  shownBy,
} from './cheat.ts';

type Desk = {
  sitting: Sitting;
  /** Saves as the page of the test does, with the cookie and token of the beginning, whatever became of them. */
  save(changes?: object, path?: string): Promise<number>;
};

/** A candidate whose right to save was found good a moment ago. */
const vouchedFor = async (cheater: Cheater): Promise<Desk> => {
  const sitting = await begin(cheater);
  const { client } = cheater;
  const shown = await shownBy(client);
  const { slot, code } = choiceIn(sitting);
  let seq = 0;
  const save: Desk['save'] = async (changes = {}, path = sitting.path) => {
    seq += 1;
    const body = { sitting: sitting.sitting, slot, value: code, seq, ...changes };
    const response = await sendShown(client, shown, `${path}/answers`, body);
    await response.arrayBuffer();
    return response.status;
  };
  for (let time = 0; time < 3; time += 1) insist((await save()) === 200, 'an honest save was refused');
  return { sitting, save };
};

const kept = async ({ world, someone }: Cheater): Promise<string> => {
  const [attempt] = ((await world.modules.learning.personalData.export(someone.accountId)).attempts ??
    []) as { answers?: unknown }[];
  return JSON.stringify(attempt?.answers ?? {});
};

/** Does something after which no save may pass, and looks whether one did. */
const endedBy =
  (act: (cheater: Cheater, desk: Desk) => Promise<unknown>): Cheat['run'] =>
  async (cheater) => {
    const desk = await vouchedFor(cheater);
    await act(cheater, desk);
    const before = await kept(cheater);
    for (const value of ['b', null]) {
      const status = await desk.save({ value });
      insist(status >= 401 && status <= 409, `a save was answered ${status}`);
    }
    insist((await kept(cheater)) === before, 'something was saved');
  };

/** With what was found good a moment ago, and is not any more. */
export const remembered: readonly Cheat[] = [
  {
    name: 'go on answering after signing out, with all that the browser showed before',
    run: endedBy(async ({ client }) => {
      const page = (await client.get('/en/account/profile')).page();
      await client.send(page.form(/\/sign-out$/));
    }),
  },
  {
    name: 'go on answering after the account was locked',
    run: endedBy(async ({ world, someone }) => {
      const by = (await world.staff('administrator')).accountId;
      await world.modules.accounts.lock({ accountId: someone.accountId, by, reason: 'misuse' });
    }),
  },
  {
    name: 'go on answering from the window that another has taken over',
    run: endedBy(({ world, someone }, { sitting }) =>
      world.modules.learning.takeOverAttempt(someone.accountId, sitting.attemptId),
    ),
  },
  {
    name: 'go on answering after the account was locked, in a window opened by a request from just before',
    run: endedBy(async ({ world, someone: { accountId } }, desk) => {
      const { accounts, learning } = world.modules;
      const by = (await world.staff('administrator')).accountId;
      await accounts.lock({ accountId, by, reason: 'misuse' });
      const { sitting } = await learning.takeOverAttempt(accountId, desk.sitting.attemptId);
      insist((await desk.save({ sitting })) === 401, 'a save passed in the new window');
    }),
  },
  {
    name: 'go on answering after handing in',
    run: endedBy(({ world, someone }, { sitting }) =>
      world.modules.learning.submitAttempt(someone.accountId, sitting.attemptId, sitting.sitting),
    ),
  },
  {
    name: 'answer somebody else’s attempt, or what the form does not have, in the wake of honest saves',
    run: async (cheater) => {
      const { save } = await vouchedFor(cheater);
      const other = await createCheater(cheater.world, cheater.key);
      const theirs = await begin(other);
      insist((await save({ sitting: theirs.sitting }, theirs.path)) === 404, 'an answer went to another');
      for (const [changes, status] of [
        [{ slot: 999 }, 422],
        [{ value: 'no-such-option' }, 422],
        [{ score: 1 }, 422],
        [{ seq: 1 }, 409],
        [{ sitting: theirs.sitting }, 409],
      ] as const)
        insist((await save(changes)) === status, `${JSON.stringify(changes)} was not answered ${status}`);
    },
  },
];
