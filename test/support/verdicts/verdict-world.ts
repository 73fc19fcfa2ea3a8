import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/vc/index.ts';
import { created } from '../../vc/sample.ts';
import { strangerDid } from '../../verifier/verifier-world.ts';
import { expectStatus } from '../client.ts';
import { eraseAccount, revoke } from '../walk.ts';
import { freeCourse, openWorld, type Someone, type World } from '../world.ts';
import { formerDid } from './papers.ts';

const listedIssuers = [
  {
    did: strangerDid,
    name: 'Université de Lutèce',
    from: '2020-01-01',
    note: {
      en: 'Its registrar confirmed the key by letter on 12 January 2020.',
      fr: 'Sa scolarité a confirmé la clé par lettre le 12 janvier 2020.',
    },
  },
  {
    did: formerDid,
    name: 'Institut de Massalia',
    from: '2015-01-01',
    until: '2019-12-31',
    note: { en: 'Closed at the end of 2019.', fr: 'Fermé à la fin de 2019.' },
  },
];

/** Numbers of certificates of ours, by what has become of them. */
const fates = ['valid', 'revoked', 'suspended', 'expired', 'other'] as const;
type Fate = (typeof fates)[number] | 'private' | 'replaced' | 'renewed' | 'erased' | 'erasedRevoked';

/** A small service of its own with a certificate in every state: nothing that is done there disturbs the other pages. */
export type VerdictWorld = {
  world: World;
  numbers: Readonly<Record<Fate, string>>;
  /** A genuine file, signed by a key that was reported compromised since. */
  compromised: string;
  /** What we signed, and is not valid yet; and what a program signed to try us out. */
  ours: Readonly<Record<'notYetValid' | 'test', JsonObject>>;
  /** The signed record and the PDF as they were issued. */
  record(number: string): Promise<JsonObject & { credentialSubject: JsonObject }>;
  sheet(number: string): Promise<Uint8Array>;
  close(): Promise<void>;
};

const people: Readonly<Record<(typeof fates)[number] | 'early', string>> = {
  early: 'Marie,Curie,early@example.org,fr,2026-11-02,',
  valid: 'Amélie,Durand-Ouédraogo,valid@example.org,en,2026-11-20,',
  other: 'Łukasz,Wiśniewski,other@example.org,fr,2026-11-20,',
  revoked: 'Aoife,O’Sullivan,revoked@example.org,en,2026-11-20,',
  suspended: 'Zoé,Šťastná,suspended@example.org,fr,2026-11-20,',
  expired: 'Rémi,Petit,expired@example.org,en,2024-11-20,2026-10-31',
};

const issue = async (world: World, rows: readonly string[]): Promise<string[]> => {
  const { batches } = world.modules.issuer;
  const header = 'given name,family name,e-mail,language,awarded on,valid until';
  const file = new TextEncoder().encode(`${[header, ...rows].join('\n')}\n`);
  const preview = await batches.preview({ file, courseId: freeCourse, by: 'staff' });
  if (preview.outcome !== 'read') throw new Error(JSON.stringify(preview));
  const { id } = preview.batch;
  await batches.confirm({ batchId: id, by: 'staff', includeRepeated: false, letters: false });
  await world.settle();
  return (await batches.entries(id)).map(({ identifier }) => identifier);
};

const fileOf = async (world: World, number: string): Promise<string> =>
  Buffer.from(await world.modules.issuer.credentialFile(number)).toString('utf8');

/** The key that signed `number` is reported, and everything that it signed is signed anew. */
const compromiseKey = async (world: World, number: string): Promise<string> => {
  const file = await fileOf(world, number);
  const { keys } = world.modules.issuer;
  const active = JSON.parse(file).proof[0].verificationMethod.split('#')[1] as string;
  await keys.prepareNext();
  world.clock.advance({ minutes: 1 });
  await keys.rotate('admin');
  world.clock.advance({ minutes: 2 });
  await keys.compromise(active, 'admin');
  world.clock.advance({ minutes: 2 });
  await world.settle();
  return file;
};

const formOf = async ({ client }: Someone, path: string, action: RegExp) =>
  expectStatus(await client.get(`/en${path}`))
    .page()
    .form(action);

const correctName = async (learner: Someone, number: string, name: string): Promise<void> => {
  const form = await formOf(learner, `/certificates/${number}/name`, /\/name$/);
  const asked = expectStatus(await learner.client.send(form, { name }, { follow: false })).page();
  expectStatus(await learner.client.send(asked.form(/\/name$/), { step: 'confirm' }));
};

/** The same course, of which certificates hold a month and may be renewed at any time. */
const endCertificates = async ({ modules }: World): Promise<void> => {
  const course = (await modules.learning.readCatalogue('content')).find(({ id }) => id === freeCourse);
  if (!course) throw new Error('no course');
  await modules.learning.publishCourse({
    ...course,
    version: course.version + 1,
    validity: { months: 1, renewal: 'test', windowDays: 90 },
    contentHash: 'with validity',
  });
};

const liveThrough = async (world: World) => {
  const examiner = await world.staff('examiner');
  const holder = async (familyName: string): Promise<[Someone, string]> => {
    const learner = await world.learner({ familyName });
    return [learner, (await world.completed(learner)).identifier];
  };
  const [hiding, hidden] = await holder('Nováková');
  const visibility = await formOf(hiding, `/certificates/${hidden}`, /\/visibility$/);
  expectStatus(await hiding.client.send(visibility, { visibility: 'private' }));
  const [renamed, replaced] = await holder('Stastna');
  await correctName(renamed, replaced, 'Zoé Šťastná');
  const [leaving, erased] = await holder('Шевченко');
  expectStatus(await eraseAccount(leaving.client, leaving.password));
  const [caught, erasedRevoked] = await holder('Kowalczyk');
  await revoke(examiner.client, erasedRevoked, 'fraud');
  expectStatus(await eraseAccount(caught.client, caught.password));
  await world.settle();
  await endCertificates(world);
  const keeper = await world.learner({ familyName: 'Papadopoulou' });
  const { enrolmentId, identifier: renewed } = await world.completed(keeper);
  await world.modules.learning.renew({ accountId: keeper.accountId, enrolmentId });
  await world.completed(keeper);
  return { private: hidden, replaced, erased, erasedRevoked, renewed };
};

const signOurs = async ({ modules }: World, credential: JsonObject, who: 'live' | 'test') => {
  const issuing = modules.issuer.issuing[who];
  const { entries } = await issuing.statusLists.allocate(String(credential.id), ['revocation']);
  const own = {
    ...credential,
    issuer: { id: issuing.did(), type: ['Profile'], name: 'JINFO Certification' },
  };
  return issuing.sign(own, { securedAs: ['eddsa-rdfc-2022'], entries, created });
};

export const openVerdictWorld = async (lasting: JsonObject): Promise<VerdictWorld> => {
  const dir = await mkdtemp(join(tmpdir(), 'verdicts-'));
  const content = join(dir, 'content');
  await cp('content', content, { recursive: true });
  await writeFile(join(content, 'trusted-issuers.json'), JSON.stringify({ issuers: listedIssuers }));
  const world = await openWorld({ CONTENT_DIR: content });
  const { issuer } = world.modules;
  const [early = ''] = await issue(world, [people.early]);
  const compromised = await compromiseKey(world, early);
  const issued = await issue(
    world,
    fates.map((fate) => people[fate]),
  );
  const numbers = Object.fromEntries(fates.map((fate, index) => [fate, issued[index] ?? '']));
  const lived = await liveThrough(world);
  await issuer.revoke({ identifier: numbers.revoked ?? '', by: 'staff', reason: 'fraud' });
  await issuer.suspend({ identifier: numbers.suspended ?? '', by: 'staff', reason: 'enquiry' });
  await world.settle();
  const notYetValid = {
    ...lasting,
    id: 'urn:uuid:5f0d1b52-3c61-4a56-9c2b-6a5f0d3f7b02',
    validFrom: '2027-09-01T00:00:00Z',
    validUntil: '2029-09-01T00:00:00Z',
  };
  return {
    world,
    numbers: { ...numbers, ...lived } as Record<Fate, string>,
    compromised,
    ours: {
      notYetValid: await signOurs(world, notYetValid, 'live'),
      test: await signOurs(
        world,
        { ...lasting, id: 'urn:uuid:5f0d1b52-3c61-4a56-9c2b-6a5f0d3f7b03' },
        'test',
      ),
    },
    record: async (number) => JSON.parse(await fileOf(world, number)),
    sheet: (number) => issuer.rendition(number, 'pdf'),
    close: async () => {
      await world.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
