import { expectStatus } from '../../test/support/client.ts';
import { eraseAccount, revoke } from '../../test/support/walk.ts';
import type { Candidate } from '../support/candidate.ts';
import { awaited, type Scene, takeAgain } from './scene.ts';
import type { Stop } from './stop.ts';

/** Their numbers; `result` is the path of the test that earned the valid one. */
export type Certificates = {
  valid: string;
  revoked: string;
  erased: string;
  renamed: string;
  result: string;
};
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
  const { identifier: renamed } = await certify(scene, candidates.renamed);
  return { valid, revoked, erased, renamed, result };
};

type Ours = { credentialSubject: { achievement: { id: string } } };

const achievementOf = async (scene: Scene, { valid }: Certificates): Promise<string> => {
  const client = await scene.clientOf(scene.candidates.certified);
  const ours = (await client.get(`/en/certificates/${valid}.json`)).json<Ours>();
  return new URL(ours.credentialSubject.achievement.id).pathname;
};

/** Certificates as their holders have them; what others see of them stands in `verdicts`. */
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
    { view: 'achievements/achievement', path: await achievementOf(scene, certificates) },
    { view: 'verify/form', path: '/verify', dark: true },
    { view: 'verify/form', state: 'empty', path: '/verify?identifier=', status: 422 },
  ];
};
