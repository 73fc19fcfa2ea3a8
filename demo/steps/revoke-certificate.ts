import { expectStatus } from '../../test/support/client.ts';
import { statusBit } from '../../test/support/status-bit.ts';
import { revoke, signIn } from '../../test/support/walk.ts';
import { claim } from '../narrate.ts';
import type { Scene } from '../scene.ts';
import type { Received } from './receive-certificate.ts';
import { verifyByNumber } from './verify-as-stranger.ts';

const reason = 'issued-in-error';
const promisedMilliseconds = 1000;

/** Staff withdraw the certificate; the published list and every later verification say so. */
export const revokeCertificate = async (scene: Scene, received: Received): Promise<void> => {
  const { step, keep, installation, instance } = scene;
  const { identifier, credential } = received;
  const [{ statusListCredential, statusListIndex }] = credential.credentialStatus;
  const stranger = instance.client();
  const servedList = async () =>
    expectStatus(await stranger.get(new URL(statusListCredential).pathname, { accept: 'application/vc' }));
  const isRevoked = async () => statusBit((await servedList()).json(), statusListIndex);

  const staff = instance.client();
  await step('an examiner signs in', async () => signIn(staff, await installation.demoAccount('examiner')));
  claim(!(await isRevoked()), 'the bit is not set before');
  const took = await step('the examiner withdraws the certificate, with a reason', async () => {
    const asked = performance.now();
    await revoke(staff, identifier, reason);
    while (!(await isRevoked()));
    return performance.now() - asked;
  });
  console.log(
    `           the served status list said so ${Math.round(took)} ms after the button was pressed`,
  );
  claim(took < promisedMilliseconds, 'the revocation is served within a second');
  await keep('status-list.json', (await servedList()).text);

  await step('verify it again, as a stranger', async () => {
    const { page, report, text } = await verifyByNumber(scene, identifier);
    claim(report.verdict === 'not_valid', `the verdict is not_valid, not ${report.verdict}`);
    claim(report.revocation?.reason === reason, 'the reason is told');
    claim(page.text.includes('It was issued in error'), 'the page tells the reason in words');
    claim(Boolean(report.revocation?.at), 'the date is told');
    await keep('verification-after.json', text);
  });
};
