import { expect } from 'chai';
import request from 'supertest';
import { languages, learnPages } from './pages-support.ts';
import {
  begin,
  courseContent,
  finishReading,
  learningWorld,
  readyForTest,
  takeTest,
  type World,
} from './support.ts';

/** What a start says: the name as it was shown, confirmed, and the statement accepted. */
const willing = { accepted: 'yes', nameConfirmed: 'yes', name: 'Ana Õunapuu' };

describe('the pages of learning', function () {
  this.timeout(60_000);
  const house = learningWorld();
  let world: World;
  let app: ReturnType<typeof learnPages>;
  before(() => house.start());
  after(() => house.close());
  beforeEach(async () => {
    world = await house.open();
    await world.learning.publishCourse(courseContent());
    await world.learning.publishCourse(courseContent({ id: 'paid-course', access: 'paid' }));
    app = learnPages(world, 'ana');
  });

  /** A form filled as a browser would send it: every field of the page, with the right answers. */
  const rightForm = async (attemptId: string): Promise<Record<string, string | string[]>> => {
    const { answersTo } = await import('./support.ts');
    const { questions } = await world.learning.attempt('ana', attemptId);
    const fields: Record<string, string | string[]> = {};
    for (const { slot, value } of answersTo(questions)) {
      if (typeof value === 'string') fields[`q${slot}`] = value;
      else if (Array.isArray(value)) fields[`q${slot}`] = value as string[];
      else
        for (const [code, part] of Object.entries(value as object)) fields[`q${slot}.${code}`] = String(part);
    }
    return fields;
  };

  it('lead a learner without any script from the catalogue to the result', async () => {
    const enrolled = await request(app).post('/en/courses/small-course/enrol').expect(303);
    const home = enrolled.headers.location ?? '';
    expect((await request(app).get(home).expect(200)).text).to.include('0 of 4');
    const next = await request(app).post(`${home}/reading/complete`).expect(303);
    expect(next.headers.location).to.equal(`${home}/quiz`);
    const enrolmentId = home.split('/').at(-1) ?? '';
    await finishReading({ learning: world.learning, accountId: 'ana', enrolmentId });
    const intro = await request(app).get(`${home}/test`).expect(200);
    expect(intro.text).to.include('Ana Õunapuu').and.to.include('10 minutes later');
    const refused = await request(app).post(`${home}/test/attempts`).type('form').send({}).expect(422);
    expect(refused.text).to.include('class="field-error" id="error-accepted"');
    const started = await request(app).post(`${home}/test/attempts`).type('form').send(willing).expect(303);
    const [attempt = '', window = ''] = (started.headers.location ?? '').split('?');
    const sitting = window.replace('sitting=', '');
    const page = await request(app).get(`${attempt}?${window}`).expect(200);
    expect(page.text).to.include('role="timer"').and.to.include('data-deadline="2026-11-23T14:20:00.000Z"');
    const form = await rightForm(attempt.split('/').at(-1) ?? '');
    const review = await request(app)
      .post(attempt)
      .type('form')
      .send({ ...form, sitting, action: 'review' })
      .expect(303);
    expect(review.headers.location).to.equal(`${attempt}/review?${window}`);
    expect((await request(app).get(`${attempt}/review?${window}`).expect(200)).text).to.include(
      'Every question is answered',
    );
    expect((await request(app).get(attempt)).text).to.include('open in another window');
    expect((await request(app).get(`${attempt}?${window}`)).text)
      .to.match(/checked/)
      .and.to.match(/selected>/);
    await request(app).post(`${attempt}/submit`).type('form').send({ sitting }).expect(303);
    const result = await request(app).get(`${attempt}/result`).expect(200);
    expect(result.text).to.include('100%');
    expect((await request(app).get('/en/learn')).text).to.include('Completed on 23 November 2026');
    await request(app).get(attempt).expect(303);
  });

  it('are drawn in both languages, for a learner in every situation', async () => {
    const { learning, clock } = world;
    const place = await readyForTest({ learning });
    const home = `/learn/${place.enrolmentId}`;
    const look = async (...paths: string[]) => {
      for (const language of languages) {
        for (const path of paths) await request(app).get(`/${language}${path}`).expect(200);
      }
    };
    await look(
      '/courses',
      '/courses?q=zzz',
      '/courses?access=paid',
      '/courses/small-course',
      '/courses/paid-course',
    );
    await look('/learn', home, `${home}/reading`, `${home}/quiz`, `${home}/test`, `${home}/extra`);
    const first = await takeTest(learning, place, 'wrong');
    await look(`/learn/attempts/${first.attemptId}/result`, `${home}/test`);
    clock.pass(10);
    const { attemptId, sitting } = await begin(learning, place);
    const attempt = `/learn/attempts/${attemptId}`;
    await look(
      attempt,
      `${attempt}?sitting=${sitting}`,
      `${attempt}/review?sitting=${sitting}`,
      `${home}/test`,
    );
    clock.pass(30);
    await look(`/learn/attempts/${attemptId}/result`, `${home}/test`);
    clock.pass(60);
    await takeTest(learning, place, 'wrong');
    await look(`${home}/test`);
  });

  it('do not blame the clock when the attempt was handed in from another window', async () => {
    const { learning } = world;
    const place = await readyForTest({ learning });
    const { attemptId, sitting } = await begin(learning, place);
    const form = await rightForm(attemptId);
    await request(app)
      .post(`/en/learn/attempts/${attemptId}/submit`)
      .type('form')
      .send({ sitting })
      .expect(303);
    const { text } = await request(app)
      .post(`/en/learn/attempts/${attemptId}`)
      .type('form')
      .send(form)
      .expect(409);
    expect(text).to.include('already handed in').and.not.to.include('Time was up');
  });

  it('say what was saved when the time was up, as page and as JSON', async () => {
    const { learning, clock } = world;
    const { attemptId, sitting } = await begin(learning, await readyForTest({ learning }));
    const form = await rightForm(attemptId);
    const [[name, value]] = Object.entries(form).filter(([key]) => /^q\d$/.test(key)) as [[string, string]];
    await request(app)
      .post(`/en/learn/attempts/${attemptId}`)
      .type('form')
      .send({ sitting, [name]: value })
      .expect(303);
    clock.pass(21);
    const late = await request(app)
      .post(`/en/learn/attempts/${attemptId}`)
      .type('form')
      .send(form)
      .expect(409);
    expect(late.text)
      .to.include('Time was up at')
      .and.to.include('Answered')
      .and.to.include('Not fully answered');
    const json = await request(app)
      .post(`/en/learn/attempts/${attemptId}/answers`)
      .set('Accept', 'application/json')
      .send({ sitting, slot: Number(name.slice(1)), value, seq: 9 })
      .expect(409);
    expect(json.body).to.deep.include({
      type: '/problems/attempt-expired',
      deadlineAt: '2026-11-23T14:20:00.000Z',
    });
    expect(json.body.saved).to.have.length(1);
  });

  it('save single answers for the script, by number', async () => {
    const { learning } = world;
    const { attemptId, sitting } = await begin(learning, await readyForTest({ learning }));
    const { questions } = await learning.attempt('ana', attemptId);
    const slot = questions.find(({ kind }) => kind === 'choice')?.slot ?? 0;
    const save = (body: object) =>
      request(app)
        .post(`/en/learn/attempts/${attemptId}/answers`)
        .set('Accept', 'application/json')
        .send({ sitting, ...body });
    const saved = await save({ slot, value: 'b', seq: 1 }).expect(200);
    expect(saved.body).to.deep.include({ slot, value: 'b', seq: 1, message: 'Saved at 15:00:00.' });
    const stale = await save({ slot, value: 'a', seq: 1 }).expect(409);
    expect(stale.body).to.deep.include({ type: '/problems/answer-superseded', seq: 1 });
    expect(stale.body.saved).to.have.length(1);
    await save({ slot, value: 'z', seq: 2 }).expect(422);
    await save({ slot, value: 'a', seq: 2, more: 1 }).expect(422);
    await save({ slot: 99, value: 'a', seq: 2 }).expect(422);
  });

  it('keep what was typed when a form is refused, and save none of it', async () => {
    const { learning } = world;
    const { attemptId, sitting } = await begin(learning, await readyForTest({ learning }));
    const form = { ...(await rightForm(attemptId)), sitting, q77: 'a' };
    const refused = await request(app)
      .post(`/en/learn/attempts/${attemptId}`)
      .type('form')
      .send(form)
      .expect(422);
    expect(refused.text).to.match(/checked/);
    const { questions } = await learning.attempt('ana', attemptId);
    expect(questions.some(({ answer }) => answer)).to.equal(false);
  });

  it('lead a start that is not allowed back to the page that says why', async () => {
    const { learning } = world;
    const place = await readyForTest({ learning });
    await takeTest(learning, place, 'wrong');
    const home = `/en/learn/${place.enrolmentId}/test`;
    const start = await request(app).post(`${home}/attempts`).type('form').send(willing).expect(303);
    expect(start.headers.location).to.equal(home);
    expect((await request(app).get(home)).text).to.include('You can try again from 23 November 2026');
  });

  it('are closed to others and to strangers', async () => {
    const { learning } = world;
    const place = await readyForTest({ learning });
    const { attemptId } = await begin(learning, place);
    const other = learnPages(world, 'ben');
    for (const path of [
      `/learn/${place.enrolmentId}`,
      `/learn/${place.enrolmentId}/reading`,
      `/learn/attempts/${attemptId}`,
    ]) {
      await request(other).get(`/en${path}`).expect(404);
      await request(learnPages(world)).get(`/en${path}`).expect(303);
    }
    await request(other).post(`/en/learn/attempts/${attemptId}/submit`).expect(404);
    expect((await learning.attempt('ana', attemptId)).state).to.equal('in_progress');
  });

  it('offer a paid course for its price, and give it to nobody who only asks', async () => {
    const page = await request(app).get('/en/courses/paid-course').expect(200);
    expect(page.text).to.include('Buy for €49.00').and.to.include('name="courseId" value="paid-course"');
    await request(app).post('/en/courses/paid-course/enrol').expect(403);
    const stranger = await request(learnPages(world)).get('/en/courses/paid-course').expect(200);
    expect(stranger.text).to.not.include('<form method="post"');
    await request(app).get('/en/courses/none').expect(404);
  });

  it('show an author’s markup as text', async () => {
    await world.learning.publishCourse(
      courseContent({ id: 'hostile', body: 'x <script>alert(1)</script> [y](javascript:alert(1))' }),
    );
    const { enrolmentId } = await world.learning.enrol({ accountId: 'ana', courseId: 'hostile' });
    const page = await request(app).get(`/en/learn/${enrolmentId}/reading`).expect(200);
    expect(page.text)
      .to.include('&lt;script&gt;')
      .and.to.not.include('<script>alert')
      .and.to.not.include('href="javascript');
  });
});
