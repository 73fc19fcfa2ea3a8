import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectStatus } from '../support/client.ts';
import { openWorld, paidCourse, type World } from '../support/world.ts';

const folder = join(import.meta.dirname, '../../content/courses', paidCourse);
const film = 'from-code-to-verdict';
const languages = ['en', 'fr'] as const;

type Cue = { begin: number; end: number; lines: string[] };

const seconds = (time = ''): number => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** The cues of a WebVTT file; times in seconds. */
const cuesOf = (vtt: string): Cue[] =>
  vtt
    .trim()
    .split(/\n\n+/)
    .slice(1)
    .map((block) => {
      const [timing = '', ...lines] = block.split('\n');
      const [begin, end] = timing.split(/ --> | /);
      return { begin: seconds(begin), end: seconds(end), lines };
    });

/** How long a WebM film is, in seconds: `Duration` of its head, a double in the milliseconds it counts in by itself. */
const lengthOf = (bytes: Buffer): number =>
  bytes.readDoubleBE(bytes.indexOf(Buffer.from([0x44, 0x89, 0x88])) + 3) / 1000;

/** Where the list of places to seek to begins (`Cues`). */
const indexOf = (bytes: Buffer): number => bytes.indexOf(Buffer.from([0x1c, 0x53, 0xbb, 0x6b]));

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('the film of a shipped course', function () {
  this.timeout(120_000);

  for (const language of languages) {
    it(`can be sought in before it is there, and is captioned as one reads (${language})`, async () => {
      const bytes = await readFile(join(folder, `files/${film}.${language}.webm`));
      const length = lengthOf(bytes);
      expect(length).to.be.within(60, 100);
      expect(bytes.length).to.be.at.most(1.25 * 1024 * 1024);
      expect(indexOf(bytes)).to.be.within(1, 8 * 1024);

      const cues = cuesOf(await readFile(join(folder, `files/${film}.${language}.vtt`), 'utf8'));
      const transcript = plain(await readFile(join(folder, `activities/${film}.${language}.md`), 'utf8'));
      expect(cues).to.have.length.above(8);
      cues.forEach(({ begin, end, lines }, index) => {
        const said = lines.join(' ');
        expect(begin, said).to.be.at.least(cues[index - 1]?.end ?? 0);
        expect(said.length / (end - begin), `characters a second: ${said}`).to.be.at.most(12);
        expect(lines.length, said).to.be.within(1, 2);
        for (const line of lines) expect(line.length, line).to.be.within(1, 42);
        // The first one names the film and says that it is silent, which the transcript does in its own words.
        if (index > 0) expect(transcript).to.include(plain(said));
      });
      expect(cues.at(-1)?.end).to.be.within(length - 1, length + 0.1);
    });
  }

  describe('for those who are enrolled', () => {
    let world: World;
    let learner: Awaited<ReturnType<World['learner']>>;
    let enrolmentId: string;
    before(async () => {
      world = await openWorld();
      learner = await world.learner();
      const paid = { orderId: 'given-by-staff', accountId: learner.accountId, courseIds: [paidCourse] };
      const [opened] = await world.modules.learning.openEnrolments(paid);
      enrolmentId = opened?.enrolmentId ?? '';
    });
    after(() => world.close());

    for (const language of languages) {
      it(`is played, sought in and read in their language, and by nobody else (${language})`, async () => {
        const reply = await learner.client.get(`/${language}/learn/${enrolmentId}/${film}`);
        expect(reply.headers.get('content-security-policy')).to.include("media-src 'self'");
        const { root } = expectStatus(reply).page();
        const video = root.querySelector('video[controls]');
        const source = video?.querySelector('source')?.getAttribute('src') ?? '';
        const track = video?.querySelector(`track[kind=captions][srclang=${language}][default]`);
        const captions = track?.getAttribute('src') ?? '';
        expect(root.querySelectorAll('[aria-labelledby=transcript] li')).to.have.length(9);

        const whole = expectStatus(await learner.client.get(source));
        expect(whole.headers.get('content-type')).to.equal('video/webm');
        expect(whole.headers.get('content-disposition')).to.match(/^inline;/);
        expect(whole.headers.get('accept-ranges')).to.equal('bytes');
        const made = await readFile(join(folder, `files/${film}.${language}.webm`));
        expect(whole.bytes.equals(made)).to.equal(true);
        const part = async (range: string) => {
          const { bytes, status, headers } = await learner.client.get(source, { headers: { range } });
          return { bytes, status, range: headers.get('content-range') };
        };
        const size = made.length;
        // What players ask first, and what they ask when somebody seeks.
        const start = await part('bytes=0-');
        expect([start.status, start.range]).to.deep.equal([206, `bytes 0-${size - 1}/${size}`]);
        const middle = await part(`bytes=${size - 5000}-${size - 4001}`);
        expect(middle.range).to.equal(`bytes ${size - 5000}-${size - 4001}/${size}`);
        expect(middle.bytes.equals(made.subarray(size - 5000, size - 4000))).to.equal(true);

        const words = expectStatus(await learner.client.get(captions));
        expect(words.headers.get('content-type')).to.equal('text/vtt; charset=utf-8');
        expect(words.text).to.equal(await readFile(join(folder, `files/${film}.${language}.vtt`), 'utf8'));

        const stranger = await world.learner();
        for (const address of [source, captions, `/${language}/learn/${enrolmentId}/${film}`]) {
          expect((await stranger.client.get(address)).status, address).to.equal(404);
          expect((await world.visitor().get(address, { follow: false })).status, address).to.equal(303);
        }
      });
    }

    it('is done when they say so, and asked of nobody', async () => {
      const { learning } = world.modules;
      const progress = async () => (await learning.outline(learner.accountId, enrolmentId)).progress;
      const before = await progress();
      const page = expectStatus(await learner.client.get(`/fr/learn/${enrolmentId}/${film}`)).page();
      expectStatus(await learner.client.send(page.form(/\/complete$/)));
      const { modules } = await learning.outline(learner.accountId, enrolmentId);
      const step = modules.flatMap(({ steps }) => steps).find(({ id }) => id === film);
      expect(step).to.include({ kind: 'video', done: true, required: false });
      expect(await progress()).to.deep.equal(before);
    });
  });
});
