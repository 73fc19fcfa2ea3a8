import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type Activity,
  type CourseContent,
  CourseContentError,
  type CourseFault,
  drawPool,
  type Localised,
  PRACTICE_TAG,
  type Question,
  readCourse,
  readCourses,
} from '../../src/learning/course-content.ts';

const COURSES = join(import.meta.dirname, '../../content/courses');

// biome-ignore lint/suspicious/noExplicitAny: broken on purpose, so no type describes it
type Json = any;

const said = (en: string, fr = `${en} (fr)`): Localised => ({ en, fr });
const ask = (id: string, tag: string, more: Json): Json => ({
  id,
  tags: [tag],
  prompt: said(`Prompt ${id}`),
  points: 1,
  explanation: said(`Because ${id}`),
  ...more,
});
const option = (id: string, more: Json = {}): Json => ({ id, text: said(`Option ${id}`), ...more });
const choice = (kind: string): Json => ({ kind, options: [option('a', { correct: true }), option('b')] });

const smallQuestions = (): Json[] => [
  ask('one', 'law', choice('choice')),
  ask('two', 'law', choice('multiple')),
  ask('three', 'care', {
    kind: 'order',
    items: ['x', 'y', 'z'].map((id) => ({ id, text: said(`Item ${id}`) })),
  }),
  ask('four', PRACTICE_TAG, {
    kind: 'match',
    pairs: ['x', 'y'].map((id) => ({ id, left: said(`Left ${id}`), right: said(`Right ${id}`) })),
  }),
  ask('five', 'care', { kind: 'numeric', answer: 72, tolerance: 0, unit: said('hours', 'heures') }),
];

const smallCourse = (): Json => ({
  id: 'small',
  version: 1,
  access: 'free',
  title: said('Title'),
  summary: said('Summary'),
  audience: said('Audience'),
  outcomes: [said('Outcome')],
  workloadMinutes: 12,
  level: said('Level'),
  achievement: {
    name: said('Name'),
    description: said('Description'),
    criteria: said('Criteria'),
    achievementType: 'Certificate',
    humanCode: 'SML-1',
    tags: [said('tag')],
  },
  assessment: said('Online test'),
  supervision: 'unsupervised',
  modules: [
    {
      id: 'only',
      title: said('Module'),
      activities: [
        {
          id: 'reading',
          kind: 'page',
          title: said('Page'),
          minutes: 5,
          required: true,
          completion: { rule: 'view' },
        },
        {
          id: 'practice',
          kind: 'quiz',
          title: said('Quiz'),
          minutes: 2,
          required: true,
          questions: ['four'],
          completion: { rule: 'score', atLeast: 0.6 },
        },
        {
          id: 'exam',
          kind: 'test',
          title: said('Test'),
          minutes: 5,
          required: true,
          test: {
            draw: [
              { tag: 'law', count: 2 },
              { tag: 'care', count: 1 },
            ],
            passMark: 0.8,
            attempts: 3,
            waitingMinutes: [10, 60],
            timeLimitMinutes: 5,
            shuffleOptions: true,
            shuffleQuestions: true,
          },
          completion: { rule: 'pass' },
        },
      ],
    },
  ],
});

type Small = { course: Json; questions: Json[]; files: Record<string, string | undefined> };

const activitiesOf = (course: CourseContent): Activity[] =>
  course.modules.flatMap(({ activities }) => activities);

/** Every text of a value that has both languages, however deep. */
const textsOf = (value: unknown): Localised[] => {
  if (value === null || typeof value !== 'object') return [];
  if ('en' in value && 'fr' in value) return [value as Localised];
  return Object.values(value).flatMap(textsOf);
};

describe('course content', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'course-content-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Writes a small sound course after `spoil` has had its way with it. */
  const written = async (spoil: (small: Small) => unknown = () => {}, folder = 'small'): Promise<string> => {
    const files = Object.fromEntries(
      ['reading', 'practice', 'exam'].flatMap((id) =>
        ['en', 'fr'].map((lang) => [`activities/${id}.${lang}.md`, `Text ${lang}\n`]),
      ),
    );
    const small: Small = { course: smallCourse(), questions: smallQuestions(), files };
    spoil(small);
    const dir = join(root, folder);
    await mkdir(join(dir, 'questions'), { recursive: true });
    await mkdir(join(dir, 'activities'));
    const all = {
      'course.json': JSON.stringify(small.course),
      'questions/all.json': JSON.stringify(small.questions),
      ...small.files,
    };
    for (const [file, text] of Object.entries(all))
      if (text !== undefined) await writeFile(join(dir, file), text);
    return dir;
  };

  const faultsOf = async (dir: string, read: (dir: string) => Promise<unknown> = readCourse) => {
    try {
      await read(dir);
    } catch (error) {
      expect(error).to.be.instanceOf(CourseContentError);
      return [...(error as CourseContentError).faults];
    }
    throw new Error('no fault was found');
  };

  const faultsWhen = async (spoil: (small: Small) => unknown): Promise<CourseFault[]> =>
    faultsOf(await written(spoil));

  const expectFault = (faults: CourseFault[], file: string, field: string | RegExp, message: RegExp) => {
    const found = faults.some(
      (fault) =>
        fault.file === file &&
        (typeof field === 'string' ? fault.field === field : field.test(fault.field)) &&
        message.test(fault.message),
    );
    expect(found, `${file} [${field}] ${message} among ${JSON.stringify(faults, null, 2)}`).to.equal(true);
  };

  describe('the reader', () => {
    it('reads a sound course into one plain object', async () => {
      const course = await readCourse(await written());
      expect(course.id).to.equal('small');
      expect(course.questions.map(({ id }) => id)).to.deep.equal(['five', 'four', 'one', 'three', 'two']);
      expect(activitiesOf(course).map(({ body }) => body)).to.deep.equal(
        Array(3).fill({ en: 'Text en', fr: 'Text fr' }),
      );
      expect(structuredClone(course)).to.deep.equal(course);
    });

    it('gives one content the same hash, however its files are laid out', async () => {
      const plain = await readCourse(await written());
      const relaid = await readCourse(
        await written(({ course, questions, files }) => {
          const last = questions.pop();
          files['questions/more.json'] = JSON.stringify([last], null, 4);
          files['activities/reading.en.md'] = 'Text en\r\n\r\n';
          course.title = { fr: course.title.fr, en: course.title.en };
        }, 'elsewhere/small'),
      );
      expect(relaid.contentHash)
        .to.equal(plain.contentHash)
        .and.to.match(/^[0-9a-f]{64}$/);
    });

    it('gives another hash as soon as one key or one letter changes', async () => {
      const plain = await readCourse(await written());
      const otherKey = await readCourse(
        await written(({ questions }) => {
          questions[0].options = [option('a'), option('b', { correct: true })];
        }, 'key/small'),
      );
      const otherText = await readCourse(
        await written(({ files }) => {
          files['activities/reading.fr.md'] = 'Texte';
        }, 'text/small'),
      );
      expect(new Set([plain, otherKey, otherText].map(({ contentHash }) => contentHash)).size).to.equal(3);
    });

    it('lists every fault at once, with file and field', async () => {
      const dir = await written(({ course, questions, files }) => {
        course.access = 'cheap';
        course.title.fr = '';
        course.achievement.name.en = 'Name\tin a table';
        questions[0].points = 0;
        files['questions/torn.json'] = '[{';
      });
      const faults = await faultsOf(dir);
      expectFault(faults, 'course.json', 'access', /free/);
      expectFault(faults, 'course.json', 'title.fr', /empty/);
      expectFault(faults, 'course.json', 'achievement.name.en', /tabs/);
      expectFault(faults, 'questions/all.json', '0.points', /1/);
      expectFault(faults, 'questions/torn.json', '', /not JSON/);
      expect(new CourseContentError(dir, faults).message)
        .to.contain('course.json [title.fr]: must not be empty')
        .and.to.contain(`${faults.length} faults`);
    });

    it('refuses a folder that is not named after its course', async () => {
      expectFault(await faultsOf(await written(() => {}, 'other')), 'course.json', 'id', /other/);
    });

    it('refuses a folder without a course', async () => {
      expectFault(await faultsOf(root), 'course.json', '', /missing/);
    });
  });

  describe('the format', () => {
    const bites: [string, (small: Small) => unknown, [string, string | RegExp, RegExp]][] = [
      [
        'a misspelt field',
        ({ course }) => {
          course.sumary = course.summary;
        },
        ['course.json', '', /sumary/],
      ],
      [
        'a language left out',
        ({ questions }) => {
          delete questions[0].options[1].text.fr;
        },
        ['questions/all.json', '0.options.1.text.fr', /string/],
      ],
      [
        'an id that would be no safe file name',
        ({ course }) => {
          course.modules[0].activities[0].id = '../escape';
        },
        ['course.json', 'modules.0.activities.0.id', /lower-case/],
      ],
      [
        'a kind of question that does not exist',
        ({ questions }) => {
          questions[0].kind = 'essay';
        },
        ['questions/all.json', '0.kind', /./],
      ],
      [
        'a pass mark above the whole',
        ({ course }) => {
          course.modules[0].activities[2].test.passMark = 80;
        },
        ['course.json', 'modules.0.activities.2.test.passMark', /1/],
      ],
      [
        'waits that do not match the retakes',
        ({ course }) => {
          course.modules[0].activities[2].test.waitingMinutes = [10];
        },
        ['course.json', 'modules.0.activities.2.test.waitingMinutes', /2/],
      ],
      [
        'an activity without its French text',
        ({ files }) => {
          files['activities/practice.fr.md'] = undefined;
        },
        ['activities/practice.fr.md', '', /missing/],
      ],
      [
        'an empty text',
        ({ files }) => {
          files['activities/reading.en.md'] = ' \n';
        },
        ['activities/reading.en.md', '', /empty/],
      ],
      [
        'a text that belongs to no activity',
        ({ files }) => {
          files['activities/forgotten.en.md'] = 'Text';
        },
        ['activities/forgotten.en.md', '', /no activity/],
      ],
      [
        'raw HTML',
        ({ files }) => {
          files['activities/reading.en.md'] = 'Fine\n\n<script>alert(1)</script>';
        },
        ['activities/reading.en.md', 'line 3', /HTML/],
      ],
      [
        'a link that runs script',
        ({ files }) => {
          files['activities/reading.en.md'] = '[x](javascript:alert(1))';
        },
        ['activities/reading.en.md', 'line 1', /https/],
      ],
      [
        'an image',
        ({ files }) => {
          files['activities/reading.en.md'] = '![x](https://x.example/x.png)';
        },
        ['activities/reading.en.md', 'line 1', /images/],
      ],
      [
        'a heading of the first rank',
        ({ files }) => {
          files['activities/reading.en.md'] = '# Title';
        },
        ['activities/reading.en.md', 'line 1', /##/],
      ],
      [
        'HTML in the prompt of a question',
        ({ questions }) => {
          questions[0].prompt.fr = 'Oui <b>ou</b> non ?';
        },
        ['questions/all.json', '0.prompt.fr', /HTML/],
      ],
    ];
    for (const [what, spoil, [file, field, message]] of bites)
      it(`refuses ${what}`, async () => expectFault(await faultsWhen(spoil), file, field, message));
  });

  describe('the keys', () => {
    const bites: [string, (questions: Json[]) => unknown, [string, RegExp]][] = [
      [
        'a choice without a right option',
        ([one]) => delete one.options[0].correct,
        ['0.options', /exactly one/],
      ],
      [
        'a choice with two right options',
        ([one]) => {
          one.options[1].correct = true;
        },
        ['0.options', /exactly one/],
      ],
      [
        'a multiple without a right option',
        ([, two]) => delete two.options[0].correct,
        ['1.options', /at least one right/],
      ],
      [
        'a multiple whose options are all right',
        ([, two]) => {
          two.options[1].correct = true;
        },
        ['1.options', /at least one wrong/],
      ],
      [
        'an option marked wrong instead of left unmarked',
        ([one]) => {
          one.options[1].correct = false;
        },
        ['0.options.1.correct', /true/],
      ],
      [
        'options that read the same in one language only',
        ([one]) => {
          one.options[1].text.fr = '  option  A (fr)'.trim();
        },
        ['0.options', /twice in fr/],
      ],
      [
        'options with one id',
        ([one]) => {
          one.options[1].id = 'a';
        },
        ['0.options', /"a" is used twice/],
      ],
      [
        'items to put in order that read the same',
        ([, , three]) => {
          three.items[2].text.en = 'Item x';
        },
        ['2.items', /twice in en/],
      ],
      [
        'two pairs with the same right side',
        ([, , , four]) => {
          four.pairs[1].right.en = 'Right x';
        },
        ['3.pairs.right', /twice in en/],
      ],
      [
        'two pairs with the same left side',
        ([, , , four]) => {
          four.pairs[1].left.fr = four.pairs[0].left.fr;
        },
        ['3.pairs.left', /twice in fr/],
      ],
      [
        'a negative tolerance',
        ([, , , , five]) => {
          five.tolerance = -1;
        },
        ['4.tolerance', /0/],
      ],
      [
        'two questions with one id',
        ([, two]) => {
          two.id = 'one';
        },
        ['1.id', /already exists/],
      ],
    ];
    for (const [what, spoil, [field, message]] of bites)
      it(`refuse ${what}`, async () => {
        const faults = await faultsWhen(({ questions }) => {
          spoil(questions);
        });
        expectFault(faults, 'questions/all.json', field, message);
      });
  });

  describe('quizzes and draws', () => {
    it('refuse a quiz question that does not exist', async () => {
      const faults = await faultsWhen(({ course }) =>
        course.modules[0].activities[1].questions.push('ghost'),
      );
      expectFault(faults, 'course.json', 'modules.0.activities.1.questions', /"ghost" does not exist/);
    });

    it('refuse a question asked twice in one quiz', async () => {
      const faults = await faultsWhen(({ course }) => course.modules[0].activities[1].questions.push('four'));
      expectFault(faults, 'course.json', 'modules.0.activities.1.questions', /"four" twice/);
    });

    it('refuse a quiz that explains the key of a question the test can draw', async () => {
      const faults = await faultsWhen(({ course }) => course.modules[0].activities[1].questions.push('one'));
      expectFault(faults, 'course.json', 'modules.0.activities.1.questions', /"one" can also be drawn/);
    });

    it('never count a practice question in the pool of a test', async () => {
      const faults = await faultsWhen(({ questions }) => {
        questions[1].tags.push(PRACTICE_TAG);
      });
      expectFault(faults, 'course.json', 'modules.0.activities.2.test.draw', /needs 2 .*"law".* has 1/);
      const pool = drawPool(smallQuestions() as Question[], PRACTICE_TAG);
      expect(pool).to.deep.equal([]);
    });

    it('refuse a quota larger than the bank', async () => {
      const faults = await faultsWhen(({ course }) => {
        course.modules[0].activities[2].test.draw[1].count = 3;
      });
      expectFault(faults, 'course.json', 'modules.0.activities.2.test.draw', /needs 3 .*"care".* has 2/);
    });

    it('refuse a question that two quotas could draw, and so draw twice', async () => {
      const faults = await faultsWhen(({ questions }) => {
        questions[0].tags.push('care');
      });
      expectFault(faults, 'course.json', 'modules.0.activities.2.test.draw', /"one" belongs to two quotas/);
    });

    it('refuse two quotas for one tag', async () => {
      const faults = await faultsWhen(({ course }) =>
        course.modules[0].activities[2].test.draw.push({ tag: 'law', count: 1 }),
      );
      expectFault(faults, 'course.json', 'modules.0.activities.2.test.draw', /"law" has two quotas/);
    });

    it('refuse a question that nobody would ever be asked', async () => {
      const faults = await faultsWhen(({ questions }) => {
        questions[4].tags = ['unheard-of'];
      });
      expectFault(faults, 'course.json', 'modules', /"five" is asked by no quiz and no test/);
    });

    it('refuse two activities with one id', async () => {
      const faults = await faultsWhen(({ course }) => {
        course.modules[0].activities[1].id = 'reading';
      });
      expectFault(faults, 'course.json', 'modules.activities', /"reading" is used twice/);
    });
  });

  describe('a folder of courses', () => {
    it('lists the faults of all of them, under the name of each', async () => {
      await written(({ course }) => {
        course.version = 0;
      });
      await written(({ course, files }) => {
        course.id = 'second';
        files['activities/exam.en.md'] = undefined;
      }, 'second');
      const faults = await faultsOf(root, readCourses);
      expectFault(faults, 'small/course.json', 'version', /1/);
      expectFault(faults, 'second/activities/exam.en.md', '', /missing/);
    });

    it('refuses two courses that would print the same code on certificates', async () => {
      await written();
      await written(({ course }) => {
        course.id = 'second';
      }, 'second');
      expectFault(await faultsOf(root, readCourses), 'small/course.json', 'achievement.humanCode', /SML-1/);
    });
  });

  describe('the courses we ship', () => {
    let courses: CourseContent[];
    const named = (id: string): CourseContent => courses.find((course) => course.id === id)!;
    before(async () => {
      courses = await readCourses(COURSES);
    });

    it('are read without fault, free and paid', () => {
      expect(courses.map(({ id, access }) => `${id}: ${access}`)).to.deep.equal([
        'protecting-personal-data: free',
        'responding-to-breaches: free',
        'verifying-credentials: paid',
      ]);
    });

    it('offer the free course in full: modules, activities, all five kinds of question', () => {
      const course = named('protecting-personal-data');
      const activities = activitiesOf(course);
      expect(course.modules).to.have.length(4);
      expect(activities.length).to.be.at.least(12);
      expect(activities.filter(({ kind }) => kind === 'quiz')).to.have.length(3);
      expect(course.questions.length).to.be.at.least(60);
      expect(Object.groupBy(course.questions, ({ kind }) => kind)).to.have.all.keys(
        'choice',
        'multiple',
        'order',
        'match',
        'numeric',
      );
      const test = activities.find((activity) => activity.kind === 'test');
      expect(test?.test.draw.reduce((sum, { count }) => sum + count, 0)).to.equal(15);
      expect(test?.test).to.include({ passMark: 0.8, attempts: 3 });
    });

    it('offer the paid course: fewer modules, a test of ten', () => {
      const course = named('verifying-credentials');
      const activities = activitiesOf(course);
      expect(course.modules.length).to.be.within(2, 3);
      expect(activities.length).to.be.at.least(6);
      expect(course.questions.length).to.be.at.least(25);
      const test = activities.find((activity) => activity.kind === 'test');
      expect(test?.test.draw.reduce((sum, { count }) => sum + count, 0)).to.equal(10);
    });

    it('can draw each quota at least twice over, so that a retake is another test', () => {
      for (const course of courses)
        for (const activity of activitiesOf(course))
          if (activity.kind === 'test')
            for (const { tag, count } of activity.test.draw)
              expect(drawPool(course.questions, tag).length, `${course.id} ${tag}`).to.be.at.least(2 * count);
    });

    it('announce the time that their activities add up to, and the test that is really set', () => {
      for (const course of courses) {
        const activities = activitiesOf(course);
        expect(course.workloadMinutes).to.equal(activities.reduce((sum, { minutes }) => sum + minutes, 0));
        const test = activities.find((activity) => activity.kind === 'test');
        const drawn = test?.test.draw.reduce((sum, { count }) => sum + count, 0);
        for (const text of [course.assessment, course.achievement.criteria])
          for (const language of ['en', 'fr'] as const) {
            expect(text[language]).to.contain(`${drawn} questions`);
            expect(text[language]).to.contain(language === 'en' ? '80%' : '80\u00a0%');
          }
      }
    });

    it('say the same in both languages with pages of a readable length', () => {
      for (const course of courses)
        for (const { id, kind, body } of activitiesOf(course)) {
          const shape = (markdown: string) =>
            markdown
              .split('\n')
              .map((line) => /^(#+ |\| |- |\d+\. |> )?/.exec(line)?.[1] ?? (line ? 'text' : ''));
          expect(shape(body.fr), `${course.id}/${id}`).to.deep.equal(shape(body.en));
          if (kind !== 'page') continue;
          for (const language of ['en', 'fr'] as const)
            expect(body[language].split(/\s+/).length, `${id}.${language}`).to.be.within(350, 700);
        }
    });

    it('never leave a long text untranslated', () => {
      for (const course of courses)
        for (const { en, fr } of textsOf(course)) if (en.length > 40) expect(fr, en).to.not.equal(en);
    });

    it('set French with no-break spaces', () => {
      // Inside code and addresses a space before a colon would be content, not typography.
      for (const course of courses)
        for (const { fr } of textsOf(course))
          expect(
            fr.replace(/`[^`]*`/g, '').match(/.{0,20}( [;:!?%»]|« ).{0,20}/)?.[0],
            fr.slice(0, 60),
          ).to.equal(undefined);
    });

    it('give the right option away neither by being the longest nor by never being so', () => {
      for (const course of courses)
        for (const language of ['en', 'fr'] as const) {
          const choices = course.questions.filter((question) => question.kind === 'choice');
          const longest = choices.filter(({ options }) => {
            const lengths = options.map(({ text }) => text[language].length);
            return options[lengths.indexOf(Math.max(...lengths))]?.correct;
          });
          expect(longest.length / choices.length, `${course.id} ${language}`).to.be.within(0.1, 0.4);
        }
    });

    it('stay readable when copied by a careless tool that changes line ends', async () => {
      const copy = join(root, 'verifying-credentials');
      await cp(join(COURSES, 'verifying-credentials'), copy, { recursive: true });
      const page = join(copy, 'activities/signatures.fr.md');
      await writeFile(page, (await readFile(page, 'utf8')).replaceAll('\n', '\r\n'));
      expect((await readCourse(copy)).contentHash).to.equal(named('verifying-credentials').contentHash);
    });
  });
});
