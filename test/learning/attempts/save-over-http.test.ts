import { expect } from 'chai';
import { type AnswerKey, readAnswerKey } from '../../support/answer-key.ts';
import {
  begin,
  type Cheater,
  choiceIn,
  createCheater,
  postForm,
  type Sitting,
  sendShown,
  tokenOf,
} from '../../support/cheats/cheat.ts';
import { questionsOf } from '../../support/questions.ts';
import { freeCourse, openWorld, type World } from '../../support/world.ts';

describe('Saving an answer over HTTP', () => {
  let world: World;
  let key: AnswerKey;
  let candidate: Cheater;
  let sitting: Sitting;
  let cookie: string;
  let token: string;
  let seq = 0;

  before(async () => {
    [world, key] = await Promise.all([openWorld(), readAnswerKey(freeCourse)]);
  });
  after(() => world.close());
  beforeEach(async () => {
    candidate = await createCheater(world, key);
    sitting = await begin(candidate);
    token = await tokenOf(candidate.client);
    cookie = candidate.client.cookies();
    seq = 0;
  });

  /** As the page of the test sends it, from a browser that keeps its cookie whatever the service says. */
  const save = async (changes: object = {}, path = `${sitting.path}/answers`) => {
    const { slot, code } = choiceIn(sitting);
    seq += 1;
    const { client } = candidate;
    const sent = { sitting: sitting.sitting, slot, value: code, seq, ...changes };
    const response = await sendShown(client, { cookie, token }, path, sent);
    const body = (await response.json()) as { type?: string; value?: unknown; seq?: number };
    return { status: response.status, headers: response.headers, body };
  };

  const connection = () => world.modules.platform.database.connection;
  const collection = (name: string) => connection().collection<{ _id: string; saves?: unknown[] }>(name);

  const savesKept = async (): Promise<number> => {
    const found = await collection('attempts').findOne({ _id: sitting.attemptId });
    return found?.saves?.length ?? 0;
  };

  const refused = async (status: number, problem: string): Promise<void> => {
    const kept = await savesKept();
    const answer = await save();
    expect(answer.status).to.equal(status);
    expect(answer.body.type).to.equal(`/problems/${problem}`);
    expect(await savesKept()).to.equal(kept);
  };

  /** Two saves, the second of which finds out for the next who may save. */
  const vouchedFor = async (): Promise<void> => {
    for (let time = 0; time < 2; time += 1) expect((await save()).status).to.equal(200);
  };

  it('asks the database once when it was found a moment ago who may save', async () => {
    await vouchedFor();
    const kept = await savesKept();
    expect(await questionsOf(connection(), () => save())).to.equal(1);
    expect(await savesKept()).to.equal(kept + 5);
  });

  it('asks who may save at least once a minute', async () => {
    await vouchedFor();
    const afterAMinute = () => {
      world.clock.advance({ minutes: 1 });
      return save();
    };
    expect(await questionsOf(connection(), afterAMinute)).to.equal(3);
  });

  it('asks anew when it comes with another cookie, token or origin', async () => {
    await vouchedFor();
    cookie = `${cookie}; theme=dark`;
    expect(await questionsOf(connection(), () => save())).to.equal(1);
    const kept = cookie;
    cookie = cookie.replace(/sid=[^;]+/, 'sid=another');
    await refused(403, 'forged-request');
    cookie = kept;
    token = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;
    await refused(403, 'forged-request');
  });

  it('is acknowledged with what is kept, keeps the session, and carries every header', async () => {
    const { status, headers, body } = await save();
    expect(status).to.equal(200);
    expect(body).to.include({ value: choiceIn(sitting).code, seq: 1 });
    expect(await savesKept()).to.equal(1);
    expect(headers.get('set-cookie')).to.match(/^sid=/);
    expect(headers.get('content-security-policy')).to.include("default-src 'none'");
    expect(headers.get('x-request-id')).to.match(/^[\da-f-]{36}$/);
  });

  it('is refused as soon as the account is locked', async () => {
    await vouchedFor();
    const by = (await world.staff('administrator')).accountId;
    await world.modules.accounts.lock({ accountId: candidate.someone.accountId, by, reason: 'misuse' });
    await refused(401, 'not-signed-in');
  });

  it('is refused as soon as the session was ended elsewhere', async () => {
    await vouchedFor();
    const page = (await candidate.client.get('/en/account/profile')).page();
    await candidate.client.send(page.form(/\/sign-out$/));
    await refused(403, 'forged-request');
  });

  it('is refused as soon as the password was changed', async () => {
    await vouchedFor();
    const { accountId, password } = candidate.someone;
    await world.modules.accounts.changePassword(accountId, password, 'amber lantern 62 otter quay');
    await refused(403, 'forged-request');
  });

  it('is refused as soon as the account is closed', async () => {
    await vouchedFor();
    await world.modules.accounts.close(candidate.someone.accountId);
    await refused(403, 'forged-request');
  });

  it('is refused with the cookie of before as soon as somebody signs in anew', async () => {
    await vouchedFor();
    const { email, password } = candidate.someone;
    await postForm(candidate.client, '/en/sign-in', { email, password });
    await refused(403, 'forged-request');
  });

  it('is refused as soon as the order that paid for it is refunded', async () => {
    await collection('enrolments').updateOne(
      { _id: candidate.enrolmentId },
      { $set: { orderId: 'order-1' } },
    );
    await vouchedFor();
    await world.modules.learning.withdraw({ orderId: 'order-1' });
    await refused(403, 'enrolment-closed');
  });

  it('is refused within a minute when nobody told that the enrolment is closed', async () => {
    await vouchedFor();
    await collection('enrolments').updateOne(
      { _id: candidate.enrolmentId },
      { $set: { state: 'withdrawn' }, $unset: { open: 1 } },
    );
    world.clock.advance({ minutes: 1 });
    await refused(403, 'enrolment-closed');
  });

  it('vouches for nothing when the account is locked between the question and the save', async () => {
    await save();
    const by = (await world.staff('administrator')).accountId;
    const { accounts, learning } = world.modules;
    // The sitting was looked at, and the session found good: now the lock, now the save.
    const recalled = await learning.recalledOf(sitting.attemptId);
    await accounts.lock({ accountId: candidate.someone.accountId, by, reason: 'misuse' });
    const { slot, code } = choiceIn(sitting);
    const { accountId } = candidate.someone;
    const { attemptId } = sitting;
    const late = { accountId, attemptId, sitting: sitting.sitting, slot, value: code, seq: 9 };
    expect(await learning.saveVouched({ ...late, recalled: recalled ?? 0 })).to.equal(undefined);
    expect(await savesKept()).to.equal(1);
  });

  it('is refused as soon as another tab has taken over', async () => {
    await vouchedFor();
    const { accountId } = candidate.someone;
    const { attemptId } = sitting;
    await world.modules.learning.takeOverAttempt(accountId, attemptId);
    await refused(409, 'attempt-taken-over');
  });

  it('is refused after the account was locked, whatever window has taken over since', async () => {
    await vouchedFor();
    const by = (await world.staff('administrator')).accountId;
    const { accounts, learning } = world.modules;
    const { accountId } = candidate.someone;
    await accounts.lock({ accountId, by, reason: 'misuse' });
    sitting = { ...sitting, ...(await learning.takeOverAttempt(accountId, sitting.attemptId)) };
    await refused(401, 'not-signed-in');
  });

  it('is refused with the cookie of before in the window of a new sign-in', async () => {
    await vouchedFor();
    const { email, password } = candidate.someone;
    await postForm(candidate.client, '/en/sign-in', { email, password });
    const { learning } = world.modules;
    const { accountId } = candidate.someone;
    sitting = { ...sitting, ...(await learning.takeOverAttempt(accountId, sitting.attemptId)) };
    await refused(403, 'forged-request');
  });

  it('is refused as soon as a role was given that lets no session last so long', async () => {
    candidate = await createCheater(world, key);
    token = await tokenOf(candidate.client);
    cookie = candidate.client.cookies();
    world.clock.advance({ minutes: 13 * 60 });
    sitting = await begin(candidate);
    await vouchedFor();
    const { accountId } = candidate.someone;
    const by = (await world.staff('administrator')).accountId;
    await world.modules.accounts.grantRole({ accountId, by, role: 'support', reason: 'new-duties' });
    await refused(401, 'not-signed-in');
  });

  it('asks anew when the clock was put back', async () => {
    await vouchedFor();
    expect((await save()).headers.get('set-cookie')).to.equal(null);
    world.clock.advance({ minutes: -30 });
    expect((await save()).headers.get('set-cookie')).to.match(/^sid=/);
  });

  it('is refused after the deadline', async () => {
    await vouchedFor();
    world.clock.advance({ minutes: 600 });
    await refused(409, 'attempt-expired');
  });

  it('is nobody else’s, needs the token, and takes no other field', async () => {
    await vouchedFor();
    const owner = sitting;
    candidate = await createCheater(world, key);
    const [theirs, ofTheirs] = [cookie, token];
    cookie = candidate.client.cookies();
    token = await tokenOf(candidate.client);
    sitting = owner;
    await refused(404, 'not-found');
    cookie = theirs;
    await refused(403, 'forged-request');
    token = ofTheirs;
    expect((await save({ score: 1 })).status).to.equal(422);
    expect(await savesKept()).to.equal(2);
  });
});
