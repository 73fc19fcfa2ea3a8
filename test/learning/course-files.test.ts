import { cp, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { expect } from 'chai';
import { CourseContentError, readCourse } from '../../src/learning/course-content.ts';
import { assetFault, assetOf, servedBytes } from '../../src/learning/files/course-asset.ts';
import { renderMarkdown } from '../../src/learning/render-markdown.ts';
import { expectStatus } from '../support/client.ts';
import { openWorld, type World } from '../support/world.ts';

const courseId = 'responding-to-breaches';
const folder = join(import.meta.dirname, '../../content/courses', courseId);

describe('the files of a course', function () {
  this.timeout(120_000);
  let world: World;
  let enrolmentId: string;
  let learner: Awaited<ReturnType<World['learner']>>;
  before(async () => {
    world = await openWorld();
    learner = await world.learner();
    const paid = { orderId: 'given-by-staff', accountId: learner.accountId, courseIds: [courseId] };
    const [opened] = await world.modules.learning.openEnrolments(paid);
    enrolmentId = opened?.enrolmentId ?? '';
  });
  after(() => world.close());

  it('are handed to those who are enrolled, whole or by range, and to nobody else', async () => {
    const page = expectStatus(await learner.client.get(`/fr/learn/${enrolmentId}/breach-record`)).page();
    const link = page.links.find(({ href }) => href.endsWith('/files/breach-record.fr.csv'));
    const file = expectStatus(await learner.client.get(link?.href ?? ''));
    expect(file.headers.get('content-type')).to.equal('text/csv; charset=utf-8');
    expect(file.headers.get('content-disposition')).to.equal('attachment; filename="breach-record.fr.csv"');
    expect(file.headers.get('content-security-policy')).to.include('sandbox');
    expect(file.bytes.equals(await readFile(join(folder, 'files/breach-record.fr.csv')))).to.equal(true);

    const part = (range: string) => learner.client.get(link?.href ?? '', { headers: { range } });
    const start = await part('bytes=0-2');
    expect([start.status, start.bytes.length]).to.deep.equal([206, 3]);
    expect(start.headers.get('content-range')).to.equal(`bytes 0-2/${file.bytes.length}`);
    expect((await part('bytes=-5')).bytes.equals(file.bytes.subarray(-5))).to.equal(true);
    expect((await part('bytes=99999999-')).status).to.equal(416);
    expect((await part('bytes=1-2,4-5')).status).to.equal(200);
    expect((await part('bytes=-99999999')).status).to.equal(206);

    const stranger = await world.learner();
    expect((await stranger.client.get(link?.href ?? '')).status).to.equal(404);
    expect((await world.visitor().get(link?.href ?? '', { follow: false })).status).to.equal(303);
    for (const name of ['..%2Fcourse.json', 'course.json', 'breach-record.fr.csv%00', 'x'.repeat(300)]) {
      expect((await learner.client.get(`/en/learn/${enrolmentId}/files/${name}`)).status).to.equal(404);
    }
  });

  it('are done when their learner says so, as an address elsewhere is, which is opened and never fetched', async () => {
    const { client } = learner;
    const page = expectStatus(await client.get(`/en/learn/${enrolmentId}/breach-record`)).page();
    expectStatus(await client.send(page.form(/\/complete$/)));
    const link = expectStatus(await client.get(`/en/learn/${enrolmentId}/the-rule`));
    expect(link.text).to.include('rel="noopener noreferrer"').and.to.include('eur-lex.europa.eu');
    expectStatus(await client.send(link.page().form(/\/complete$/)));
    const outline = await world.modules.learning.outline(learner.accountId, enrolmentId);
    const done = outline.modules.flatMap(({ steps }) => steps).filter((step) => step.done);
    expect(done.map(({ id, kind }) => [id, kind])).to.deep.equal([
      ['breach-record', 'file'],
      ['the-rule', 'link'],
    ]);
  });

  it('stand as pictures in pages, with words for those who do not see them', async () => {
    const address = `/en/learn/${enrolmentId}/seventy-two-hours`;
    const page = expectStatus(await learner.client.get(address)).page();
    const image = page.root.querySelector('article img');
    expect(image?.getAttribute('alt')).to.match(/^The way of a breach in six steps/);
    const picture = expectStatus(
      await learner.client.get(`/en/learn/${enrolmentId}/${image?.getAttribute('src')}`),
    );
    expect(picture.headers.get('content-type')).to.equal('image/png');
    expect((await loadImage(picture.bytes)).width).to.equal(1440);
    // After a form was answered, the page stands one step deeper.
    expectStatus(await learner.client.get(`${address}/${image?.getAttribute('src')}`));
  });

  it('of others are never shown', () => {
    for (const source of [
      'https://evil.example/x.png',
      '//evil.example/x.png',
      'files/../x.png',
      'data:image/png,x',
      '/x.png',
    ]) {
      expect(renderMarkdown(`![x](${source})`), source).to.not.include('<img');
    }
  });

  it('lose all but their points when they are pictures, and are told by their bytes, not their names', async () => {
    const canvas = createCanvas(40, 20);
    const plain = await canvas.encode('png');
    const hidden = Buffer.concat([plain, Buffer.from('<script>alert(1)</script>')]);
    const served = await servedBytes(assetOf('x.png', hidden), hidden);
    expect(served.includes('script')).to.equal(false);
    expect(assetFault('x.png', Buffer.from('<svg onload=alert(1)>'))).to.include('is not a png file');
    expect(assetFault('x.svg', Buffer.from('<svg/>'))).to.include('must be lower-case words');
    expect(assetFault('../x.png', plain)).to.include('must be lower-case words');
    expect(assetFault('x.csv', Buffer.from([0xff, 0xfe, 0x00]))).to.include('is not a csv file');
    expect(assetFault('x.pdf', Buffer.alloc(13 * 1024 * 1024, '%PDF-'))).to.include('larger than 12 MB');
  });

  it('that are missing, of the wrong kind or used by nobody are named together', async () => {
    const root = await mkdtemp(join(tmpdir(), 'course-'));
    const copy = join(root, courseId);
    await cp(folder, copy, { recursive: true });
    await unlink(join(copy, 'files/seventy-two-hours.fr.png'));
    await writeFile(join(copy, 'files/breach-record.en.csv'), Buffer.from([0xc3, 0x28]));
    await writeFile(join(copy, 'files/nobody.pdf'), '%PDF-1.7');
    const error = await readCourse(copy).catch((thrown: unknown) => thrown);
    await rm(root, { recursive: true });
    if (!(error instanceof CourseContentError)) return expect.fail('no fault was found');
    expect(error.faults.map(({ file, message }) => `${file}: ${message}`)).to.have.members([
      'files/breach-record.en.csv: is not a csv file, whatever its name says',
      'course.json: files/breach-record.en.csv is missing',
      'activities/seventy-two-hours.fr.md: files/seventy-two-hours.fr.png is missing',
      'files/nobody.pdf: belongs to no activity',
    ]);
  });
});
