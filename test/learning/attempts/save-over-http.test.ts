import { expect } from 'chai';
import { type AnswerKey, readAnswerKey } from '../../support/answer-key.ts';
import {
  begin,
  type Cheater,
  choiceIn,
  createCheater,
  type Sitting,
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
    const response = await fetch(new URL(path, client.baseUrl), {
      method: 'POST',
      headers: {
        cookie,
        accept: 'application/json',
        'content-type': 'application/json',
        'x-csrf-token': token,
      },
      body: JSON.stringify({ sitting: sitting.sitting, slot, value: code, seq, ...changes }),
    });
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

  it('asks the database twice: who may save what, and the save itself', async () => {
    await save();
    expect(await questionsOf(connection(), () => save())).to.equal(2);
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
    await save();
    const by = (await world.staff('administrator')).accountId;
    await world.modules.accounts.lock({ accountId: candidate.someone.accountId, by, reason: 'misuse' });
    await refused(401, 'not-signed-in');
  });

  it('is refused as soon as the session was ended elsewhere', async () => {
    await save();
    const page = (await candidate.client.get('/en/account/profile')).page();
    await candidate.client.send(page.form(/\/sign-out$/));
    await refused(403, 'forged-request');
  });

  it('is refused as soon as the enrolment is closed', async () => {
    await save();
    await collection('enrolments').updateOne(
      { _id: candidate.enrolmentId },
      { $set: { state: 'withdrawn' }, $unset: { open: 1 } },
    );
    await refused(403, 'enrolment-closed');
  });

  it('is refused as soon as another tab has taken over', async () => {
    await save();
    const { accountId } = candidate.someone;
    const { attemptId } = sitting;
    await world.modules.learning.takeOverAttempt(accountId, attemptId);
    await refused(409, 'attempt-taken-over');
  });

  it('is refused after the deadline', async () => {
    await save();
    world.clock.advance({ minutes: 600 });
    await refused(409, 'attempt-expired');
  });

  it('is nobody else’s, needs the token, and takes no other field', async () => {
    await save();
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
    expect(await savesKept()).to.equal(1);
  });
});
