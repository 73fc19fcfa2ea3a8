import { fileURLToPath } from 'node:url';
import { expectStatus } from '../../test/support/client.ts';
import { eraseAccount, revoke } from '../../test/support/walk.ts';
import type { Candidate } from '../support/candidate.ts';
import { submit } from './act.ts';
import { awaited, type Scene, takeAgain } from './scene.ts';
import { firstVisit, type Stop } from './stop.ts';

/** Their numbers; `result` is the path of the test that earned the valid one. */
export type Certificates = { valid: string; revoked: string; erased: string; result: string };
type Earned = { identifier: string; result: string };

/** Passes the test and waits for the certificate. */
const certify = async (scene: Scene, candidate: Candidate): Promise<Earned> => {
  const attempt = await takeAgain(scene, candidate, 'right');
  const client = await scene.clientOf(candidate);
  const identifier = await awaited('a certificate', async () => {
    const { links } = expectStatus(await client.get('/en/certificates')).page();
    const path = links.find(({ href }) => /\/certificates\/[^/.]+$/.test(href))?.href;
    const isSigned = path && (await client.get(`${path}.json`)).status === 200;
    return isSigned ? path.split('/').at(-1) : undefined;
  });
  return { identifier, result: `${attempt}/result` };
};

/** One certificate that holds, one that was withdrawn, one whose holder has had the account erased. */
export const makeCertificates = async (scene: Scene): Promise<Certificates> => {
  const { candidates, clientOf } = scene;
  const { identifier: valid, result } = await certify(scene, candidates.certified);
  const { identifier: revoked } = await certify(scene, candidates.revoked);
  await revoke(await clientOf(await scene.staff('examiner')), revoked, 'issued-in-error');
  const { identifier: erased } = await certify(scene, candidates.erased);
  await eraseAccount(await clientOf(candidates.erased), candidates.erased.password);
  const stranger = scene.instance.client();
  await awaited('the erasure', async () =>
    (await stranger.get(`/en/v/${erased}`)).text.includes('Шевченко') ? undefined : true,
  );
  return { valid, revoked, erased, result };
};

type Papers = Readonly<Record<string, object>>;
type Strangers = { unusedNumber: string; papers: Papers };
type Ours = { credentialSubject: { achievement: { id: string } } };
const maker = fileURLToPath(new URL('../../test/support/programs/make-papers.ts', import.meta.url));

/** What strangers bring along: ours with another name in it, and the papers of an issuer that we do not know. */
const broughtTo = async (
  scene: Scene,
  { valid }: Certificates,
): Promise<Strangers & { achievement: string }> => {
  const client = await scene.clientOf(scene.candidates.certified);
  const ours = (await client.get(`/en/certificates/${valid}.json`)).json<Ours>();
  const { credentialSubject } = ours;
  const tampered = { ...ours, credentialSubject: { ...credentialSubject, name: 'Somebody Else' } };
  const { unusedNumber, papers } = await scene.installation.run<Strangers>(maker);
  return {
    unusedNumber,
    papers: { tampered, ...papers, unsupported: { hello: 'world' } },
    achievement: new URL(credentialSubject.achievement.id).pathname,
  };
};

const verifyStops = async (scene: Scene, certificates: Certificates): Promise<Stop[]> => {
  const { valid, revoked, erased } = certificates;
  const mistyped = `${valid.slice(0, -1)}${valid.endsWith('A') ? 'B' : 'A'}`;
  const { unusedNumber, papers, achievement } = await broughtTo(scene, certificates);
  const pasted = (state: string, text: string, status = 200): Stop => ({
    view: status === 200 ? 'verify/report' : 'verify/form',
    state,
    path: '/verify',
    status,
    doing: async (page) => {
      await page.evaluate(`document.querySelector('details').open = true`);
      await submit('/verify', { credential: text })(page);
    },
  });
  return [
    { view: 'achievements/achievement', path: achievement },
    { view: 'verify/form', path: '/verify', dark: true },
    { view: 'verify/form', state: 'empty', path: '/verify?identifier=', status: 422 },
    { view: 'verify/form', state: 'no number', path: '/verify?identifier=hello', status: 422 },
    pasted('no JSON', 'This is my certificate.', 422),
    { view: 'verify/report', state: 'verified', path: `/v/${valid}`, dark: true },
    { view: 'verify/report', state: 'verified, first visit', path: `/v/${valid}`, as: firstVisit },
    { view: 'verify/report', state: 'revoked', path: `/v/${revoked}`, dark: true },
    { view: 'verify/erased', path: `/v/${erased}` },
    { view: 'verify/unknown', state: 'not ours', path: `/v/${unusedNumber}`, status: 404 },
    { view: 'verify/unknown', state: 'mistyped', path: `/v/${mistyped}`, status: 404 },
    { view: 'verify/unknown', state: 'no number', path: '/v/hello', status: 404 },
    ...Object.entries(papers).map(([state, paper]) => pasted(state, JSON.stringify(paper))),
  ];
};

/** Certificates as their holders have them and as strangers see them. */
export const certificateStops = async (scene: Scene, certificates: Certificates): Promise<Stop[]> => {
  const { certified, revoked } = scene.candidates;
  return [
    { view: 'certificates/list', path: '/certificates', as: certified },
    { view: 'certificates/list', state: 'empty', path: '/certificates', as: scene.newcomer },
    {
      view: 'certificates/certificate',
      path: `/certificates/${certificates.valid}`,
      as: certified,
      dark: true,
    },
    {
      view: 'certificates/certificate',
      state: 'revoked',
      path: `/certificates/${certificates.revoked}`,
      as: revoked,
    },
    { view: 'certificates/name', path: `/certificates/${certificates.valid}/name`, as: certified },
    {
      view: 'certificates/name',
      state: 'asking staff',
      path: `/certificates/${certificates.valid}/name?ask=yes`,
      as: certified,
    },
    { view: 'showcase/holder', path: '/showcase', as: certified },
    { view: 'records/history', path: '/account/records', as: certified },
    { view: 'learn/result', state: 'passed', path: certificates.result, as: certified },
    { view: 'learn/dashboard', state: 'completed and withdrawn', path: '/learn', as: revoked },
    ...(await verifyStops(scene, certificates)),
  ];
};
