import { type AnswerKey, readAnswerKey } from '../../test/support/answer-key.ts';
import { type Client, expectStatus } from '../../test/support/client.ts';
import { createInstallation, type Installation, type Instance } from '../../test/support/instance.ts';
import { linkInLetter } from '../../test/support/letters.ts';
import {
  beginTest,
  confirmAddress,
  type Person,
  register,
  signIn,
  takeTest,
} from '../../test/support/walk.ts';
import { type Candidate, prepareCandidates } from '../support/candidate.ts';

export const freeCourse = 'protecting-personal-data';
export const paidCourse = 'verifying-credentials';
export const minute = 60_000;
const day = 24 * 60 * minute;
const leap = 8 * day;

type Credentials = Pick<Person, 'email' | 'password'>;

/** The learners before the final test, by what becomes of them. */
const fates = {
  sitting: ['Élodie', 'Marchand'],
  waiting: ['Tomáš', 'Novák'],
  exhausted: ['Καλλιόπη', 'Παπαδοπούλου'],
  certified: ['Jean-Baptiste', 'de La Rochefoucauld-Montmorency'],
  revoked: ['Aoife', 'O’Sullivan'],
  erased: ['Андрій', 'Шевченко'],
  refused: ['Ines', 'Kowalczyk'],
  renamed: ['Noémie', 'Lefèvre'],
  unsigned: ['Olav', 'Bjørnstad'],
} as const;
type Fate = keyof typeof fates;

/** A throw-away service with people in every situation, on which pages are looked at. */
export type Scene = {
  installation: Installation;
  instance: Instance;
  /** By how much its clock is ahead, when it is started again. */
  ahead: number;
  key: AnswerKey;
  /** Registered and confirmed, and nothing more. */
  newcomer: Person;
  /** Registered, not confirmed, with the path of the link in the letter. */
  unconfirmed: Person & { link: string };
  /** Their first attempt at the test ran out of time. */
  candidates: Readonly<Record<Fate, Candidate>>;
  /** The path of an order of the sitting candidate that nobody paid in time. */
  closedOrder: string;
  /** A client that is signed in as the person; the same one for one person. */
  clientOf(person: Credentials): Promise<Client>;
  staff(role: string): Promise<Credentials>;
};

const password = 'velvet harbour tulip 91 okapi';
const newcomer: Person = {
  givenName: 'Zoé',
  familyName: 'Šťastná',
  email: 'zoe.stastna@example.org',
  password,
  country: 'CZ',
  language: 'en',
};
const unconfirmed: Person = {
  givenName: 'Konstantina-Alexandra',
  familyName: 'Papadimitriou-Oikonomopoulou',
  email: 'konstantina-alexandra.papadimitriou@university-hospital.example',
  password,
  country: 'GR',
  language: 'fr',
};

const settings = {
  TRANSFER_IBAN: 'FR7630006000011234567890189',
  TRANSFER_BIC: 'AGRIFRPP',
  TRANSFER_HOLDER: 'JINFO Certification',
  OPERATOR_ADDRESS: '12 rue des Écoles, 75005 Paris, France',
  OPERATOR_EMAIL: 'contact@jinfo.example',
};

const rename = async (client: Client, [givenName, familyName]: readonly [string, string]): Promise<void> => {
  const page = expectStatus(await client.get('/en/account/profile')).page();
  expectStatus(await client.send(page.form(/\/account\/profile$/), { givenName, familyName }));
};

/** Signs in once for each person. */
const createClients = (instance: Instance) => {
  const known = new Map<string, Client>();
  return async (person: Credentials): Promise<Client> => {
    const client = known.get(person.email) ?? instance.client();
    if (!known.has(person.email)) await signIn(client, person);
    known.set(person.email, client);
    return client;
  };
};

/** Presses the button that buys the paid course; answers the path of the order. */
export const openOrder = async (client: Client): Promise<string> => {
  const course = expectStatus(await client.get(`/en/courses/${paidCourse}`)).page();
  const order = expectStatus(await client.send(course.form(/\/checkout$/)));
  return order.path.replace(/^\/en/, '');
};

export const testPath = ({ enrolmentId }: Candidate): string => `/learn/${enrolmentId}/final-test`;

/** Takes the test once more; answers the path of the attempt. */
export const takeAgain = async (
  { clientOf, key }: Scene,
  candidate: Candidate,
  intent: 'right' | 'wrong',
): Promise<string> => {
  const client = await clientOf(candidate);
  const result = await takeTest(client, `/en${testPath(candidate)}`, key, intent);
  return result.path.replace(/^\/en/, '').replace(/\/result$/, '');
};

export const beginAgain = async ({ clientOf }: Scene, candidate: Candidate): Promise<string> =>
  (await beginTest(await clientOf(candidate), `/en${testPath(candidate)}`)).path.replace(/^\/en/, '');

/**
 * Starts the service, has one order opened and left, and lets eight days pass: begun tests run out of time, the order is
 * closed.
 */
export const openScene = async (): Promise<Scene> => {
  const installation = await createInstallation(settings);
  const prepared = await prepareCandidates(installation, Object.keys(fates).length);
  const candidates = Object.fromEntries(
    Object.keys(fates).map((fate, index) => [fate, prepared[index]]),
  ) as Record<Fate, Candidate>;
  const instance = await installation.start({ clock: { behind: 0 } });
  const closedOrder = await openOrder(await createClients(instance)(candidates.sitting));
  await instance.moveTime(leap);

  const { mailDir } = installation;
  const first = instance.client();
  await register(first, newcomer);
  await confirmAddress(first, mailDir, newcomer.email);
  await register(instance.client(), unconfirmed);
  const clientOf = createClients(instance);
  for (const [fate, name] of Object.entries(fates)) {
    await rename(await clientOf(candidates[fate as Fate]), name);
  }
  return {
    installation,
    instance,
    ahead: leap + 2 * 60 * minute,
    key: await readAnswerKey(freeCourse),
    newcomer,
    unconfirmed: { ...unconfirmed, link: await linkInLetter(mailDir, unconfirmed.email, /\/confirm\//) },
    candidates,
    closedOrder,
    clientOf,
    staff: (role) => installation.demoAccount(role),
  };
};

/** Asks again until there is an answer: what jobs do takes a moment. */
export const awaited = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  for (let looked = 0; looked < 150; looked += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited 15 s in vain for ${what}`);
};
