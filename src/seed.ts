import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Modules } from './modules.ts';
import { DomainError } from './platform/errors.ts';
import { writeFileSafely } from './platform/files.ts';
import type { Worker } from './platform/jobs/worker.ts';

type DemoPerson = { role: DemoRole; email: string; password: string };

const demoPeople = {
  learner: { givenName: 'Léa', familyName: 'Moreau', language: 'fr', country: 'FR' },
  author: { givenName: 'Anna', familyName: 'Lindqvist', language: 'en', country: 'SE' },
  examiner: { givenName: 'Yannis', familyName: 'Papadopoulos', language: 'en', country: 'GR' },
  billing: { givenName: 'Claire', familyName: 'Fontaine', language: 'fr', country: 'FR' },
  support: { givenName: 'Tomáš', familyName: 'Novák', language: 'en', country: 'CZ' },
  privacy: { givenName: 'Inès', familyName: 'Garnier', language: 'fr', country: 'FR' },
  administrator: { givenName: 'Camille', familyName: 'Renard', language: 'fr', country: 'FR' },
} as const;
type DemoRole = keyof typeof demoPeople;

/** A file beside the data: whoever can read it can read the data too. */
const demoFile = (dataDir: string): string => join(dataDir, 'demo-accounts.json');

/**
 * Gives the installation what it should have: the courses and prices of the content folder always, believable people
 * when the database is empty and the settings allow them. Made through front doors only. Safe to repeat and to cut.
 */
export const seed = async (m: Modules, worker: Worker): Promise<void> => {
  await publishContent(m);
  if (m.platform.config.seed === 'demo') await seedPeople(m, worker);
};

const publishContent = async ({ learning, billing, platform }: Modules): Promise<void> => {
  const { contentDir } = platform.config;
  /** What learners have begun must not change under them, and a slip of an author must not stop the service. */
  const publish = async (publication: Promise<unknown>): Promise<void> => {
    await publication.catch((error: unknown) => {
      const isEdited = error instanceof DomainError && /^(course|path)-version-changed$/.test(error.code);
      if (!isEdited) throw error;
      platform.logger.error(
        error.params,
        'a published version was edited; the published text stays in force',
      );
    });
  };
  const courses = await learning.readCatalogue(contentDir);
  for (const course of courses) {
    await learning.keepCourseFiles(contentDir, course);
    await publish(learning.publishCourse(course));
  }
  for (const path of await learning.readPaths(contentDir, courses))
    await publish(learning.paths.publish(path));
  await learning.items.load(contentDir);
  await billing.publishPriceList(JSON.parse(await readFile(join(contentDir, 'price-list.json'), 'utf8')));
};

const newPeople = (): DemoPerson[] =>
  Object.keys(demoPeople).map((role) => ({
    role: role as DemoRole,
    email: `${role}@demo.example`,
    password: randomBytes(18).toString('base64url'),
  }));

/**
 * The passwords are written first: people nobody can sign in as would be worse than a file without people. The
 * administrator comes last and can never be erased, so their account says that the seed was finished.
 */
const seedPeople = async (m: Modules, worker: Worker): Promise<void> => {
  const { accounts, platform } = m;
  const file = demoFile(platform.config.dataDir);
  const written = await readFile(file, 'utf8').catch(() => undefined);
  const has = async (role: DemoRole) => (await accounts.accountByEmail(`${role}@demo.example`)) !== undefined;
  // The file alone proves nothing: it may be of another database, whose people these are not.
  const begun = written !== undefined && (await has('learner')) && !(await has('administrator'));
  const isEmpty = await accounts.isEmpty();
  if (!isEmpty && !begun) return;
  await writeOnce(file, `${JSON.stringify(newPeople(), null, 2)}\n`);
  const people = JSON.parse(await readFile(file, 'utf8')) as DemoPerson[];
  for (const person of people) await createOnce(m, person);
  await worker.settle();
};

/** Of two processes that start at once, the first one's passwords count: a link never replaces what is there. */
const writeOnce = async (file: string, text: string): Promise<void> => {
  const own = `${file}.${randomUUID()}.tmp`;
  await writeFileSafely(own, text, 0o600);
  await link(own, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(own);
};

/** Another process may make the same person at the same moment, with the same password. */
const createOnce = async (m: Modules, person: DemoPerson): Promise<void> => {
  const isThere = async () => (await m.accounts.accountByEmail(person.email)) !== undefined;
  if (await isThere()) return;
  await createPerson(m, person).catch(async (error: unknown) => {
    if (!(await isThere())) throw error;
  });
};

const createPerson = async (m: Modules, { role, email, password }: DemoPerson): Promise<void> => {
  await m.accounts.createAccount({
    ...demoPeople[role],
    email,
    password,
    roles: role === 'learner' ? ['learner'] : ['learner', role],
    confirmed: true,
  });
};
