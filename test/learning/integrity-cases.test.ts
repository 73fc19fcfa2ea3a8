import { expect } from 'chai';
import type { Reply } from '../support/client.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';
import { refusalOf } from './support.ts';

/** The whole life of a question about a test, by the pages of examiners and candidates. */
describe('a case about an attempt', function () {
  this.timeout(120_000);
  let world: World;
  let examiners: Someone[];
  before(async () => {
    world = await openWorld();
    examiners = [await world.staff('examiner'), await world.staff('examiner'), await world.staff('examiner')];
  });
  after(() => world.close());

  const examiner = (index: number): Someone => examiners[index] ?? expect.fail('no such examiner');

  const attemptOf = async ({ accountId }: Someone, enrolmentId: string): Promise<string> => {
    const outline = await world.modules.learning.outline(accountId, enrolmentId);
    const test = outline.modules.flatMap(({ steps }) => steps).find(({ kind }) => kind === 'test');
    const view = await world.modules.learning.visitActivity({
      accountId,
      enrolmentId,
      activityId: test?.id ?? '',
    });
    return (view.kind === 'test' ? view.attempts[0]?.id : undefined) ?? expect.fail('no attempt');
  };

  const passed = async () => {
    const learner = await world.learner();
    const { enrolmentId, identifier } = await world.completed(learner);
    return { learner, enrolmentId, identifier, attemptId: await attemptOf(learner, enrolmentId) };
  };

  const openCase = async (attemptId: string): Promise<string> => {
    const page = (await examiner(0).client.get(`/en/staff/examining/attempts/${attemptId}`)).page();
    const reply = await examiner(0).client.send(page.form(/\/case$/));
    expect(reply.status).to.equal(200);
    return reply.path.split('/').at(-1) ?? '';
  };

  /** Sends the form of the case as it was seen, also when its button is not offered any more. */
  const act = async (
    by: Someone,
    caseId: string,
    step: string,
    more: Record<string, string> = {},
  ): Promise<Reply> => {
    const path = `/en/staff/examining/cases/${caseId}`;
    const { forms } = (await by.client.get(path)).page();
    const [form] = forms.filter(({ action }) => action.includes('/staff/examining/cases/'));
    if (!form) throw new Error('no form on the case');
    const text = 'The same four wrong answers as another attempt.';
    return by.client.send({ ...form, action: path }, { act: step, text, ...more });
  };

  const say = async (learner: Someone, caseId: string, step: 'answer' | 'appeal'): Promise<Reply> => {
    const page = (await learner.client.get(`/fr/learn/cases/${caseId}`)).page();
    return learner.client.send(page.form(new RegExp(`/${step}$`)), {
      text: 'J’ai travaillé seul, chez moi.',
    });
  };

  const statusOf = async (identifier: string): Promise<string> => {
    const certificate = await world.modules.issuer.certificate(identifier);
    return certificate?.state ?? 'none';
  };

  const deny = async (learner: Someone, attemptId: string): Promise<string> => {
    const caseId = await openCase(attemptId);
    expect((await act(examiner(0), caseId, 'allege')).status).to.equal(200);
    expect((await say(learner, caseId, 'answer')).status).to.equal(200);
    await act(examiner(0), caseId, 'propose', { reason: 'shared-answers' });
    expect((await act(examiner(1), caseId, 'confirm')).status).to.equal(200);
    await world.settle();
    return caseId;
  };

  it('hears the candidate, needs two people to deny, and another one for the appeal', async () => {
    const { learner, attemptId, identifier } = await passed();
    const caseId = await openCase(attemptId);
    expect((await learner.client.get(`/en/learn/cases/${caseId}`)).status).to.equal(404);
    await act(examiner(0), caseId, 'allege');
    await world.settle();
    expect(world.lettersTo(learner).at(-1)?.subject).to.include('A question about your test');
    expect((await act(examiner(0), caseId, 'propose', { reason: 'shared-answers' })).status).to.equal(409);
    const asked = (await learner.client.get('/fr/learn')).page();
    expect(asked.text).to.include('Une question vous est posée sur l’un de vos tests');
    expect(asked.links.map(({ href }) => href)).to.include(`/fr/learn/cases/${caseId}`);
    await say(learner, caseId, 'answer');
    expect((await learner.client.get('/fr/learn')).page().text).not.to.include('Une question vous est');
    expect((await act(examiner(0), caseId, 'propose')).status).to.equal(422);
    await act(examiner(0), caseId, 'propose', { reason: 'shared-answers' });
    expect((await act(examiner(0), caseId, 'confirm')).status).to.equal(403);
    expect(await statusOf(identifier)).to.equal('valid');
    await act(examiner(1), caseId, 'confirm');
    await world.settle();
    expect(await statusOf(identifier)).to.equal('suspended');
    expect((await act(examiner(1), caseId, 'confirm')).status).to.equal(409);
    await say(learner, caseId, 'appeal');
    for (const index of [0, 1]) {
      expect((await act(examiner(index), caseId, 'uphold')).status).to.equal(403);
    }
    await act(examiner(2), caseId, 'overturn');
    await world.settle();
    expect(await statusOf(identifier)).to.equal('valid');
    const { text } = (await learner.client.get(`/fr/learn/cases/${caseId}`)).page();
    expect(text).to.include('votre recours a abouti').and.to.not.include(examiner(0).familyName);
    const trail = await world.modules.audit.list({ limit: 20, target: `case:${caseId}` });
    expect(trail.map(({ action }) => action)).to.include.members([
      'AllegationMade',
      'ResultDenied',
      'DenialOverturned',
    ]);
  });

  it('is nobody else’s to read, and never the candidate’s to judge', async () => {
    const judge = await world.staff('examiner');
    const { enrolmentId } = await world.completed(judge);
    const attemptId = await attemptOf(judge, enrolmentId);
    expect((await judge.client.get(`/en/staff/examining/attempts/${attemptId}`)).status).to.equal(403);
    const caseId = await openCase(attemptId);
    await act(examiner(0), caseId, 'allege');
    expect((await judge.client.get(`/en/staff/examining/cases/${caseId}`)).status).to.equal(403);
    const stranger = await world.learner();
    expect((await stranger.client.get(`/en/learn/cases/${caseId}`)).status).to.equal(404);
    expect((await stranger.client.get('/en/staff/examining')).status).to.equal(404);
    const page = (await examiner(1).client.get(`/en/staff/examining/cases/${caseId}`)).page();
    await examiner(1).client.send(page.form(/\/recuse$/));
    expect((await examiner(1).client.get(`/en/staff/examining/cases/${caseId}`)).status).to.equal(403);
  });

  it('opened twice at once is one case, and closed in favour leaves the certificate alone', async () => {
    const { learner, attemptId, identifier } = await passed();
    const { cases } = world.modules.learning.examining;
    const opened = await Promise.all(
      [0, 1, 2].map((index) => cases.open(attemptId, examiner(index).accountId)),
    );
    expect(new Set(opened.map(({ caseId }) => caseId)).size).to.equal(1);
    const caseId = opened[0]?.caseId ?? '';
    const text = 'The times are those of a person who knows the subject.';
    const both = await Promise.allSettled(
      [0, 1].map((index) => cases.clear({ caseId, by: examiner(index).accountId, text })),
    );
    expect(both.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    const letters = world.lettersTo(learner).length;
    await world.settle();
    expect(world.lettersTo(learner).length, 'who knew nothing is told nothing').to.equal(letters);
    expect(await statusOf(identifier)).to.equal('valid');
  });

  it('withdraws the certificate for good once no appeal came within fourteen days', async () => {
    const { learner, attemptId, identifier, enrolmentId } = await passed();
    const caseId = await deny(learner, attemptId);
    expect(await world.modules.learning.awardOf(enrolmentId)).to.equal(undefined);
    const { cases } = world.modules.learning.examining;
    expect(await cases.settle(world.clock.now())).to.equal(0);
    world.clock.advance({ days: 14, minutes: 1 });
    const late = { caseId, accountId: learner.accountId, text: 'Please look at it again.' };
    expect(await refusalOf(cases.appeal(late))).to.equal('appeal-too-late');
    expect(await cases.settle(world.clock.now())).to.equal(1);
    expect(await cases.settle(world.clock.now())).to.equal(0);
    await world.settle();
    expect(await statusOf(identifier)).to.equal('revoked');
  });
});
