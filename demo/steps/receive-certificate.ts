import { setTimeout as delay } from 'node:timers/promises';
import { type Client, expectStatus } from '../../test/support/client.ts';
import { claim } from '../narrate.ts';
import type { Scene } from '../scene.ts';

/** What the learner takes along. */
export type Received = { identifier: string; credential: Credential; pdf: Buffer };
export type Credential = {
  /** The first says whether it was withdrawn for good. */
  credentialStatus: readonly [{ statusListCredential: string; statusListIndex: string }, ...unknown[]];
  proof: readonly { type: string; cryptosuite?: string }[];
};

const certificatePath = /\/certificates\/[^/.]+$/;

/** Looks again until the certificate is signed, as its holder would. */
const awaitCertificate = async (browser: Client): Promise<string> => {
  for (let looked = 0; looked < 100; looked += 1) {
    const { links } = expectStatus(await browser.get('/en/certificates')).page();
    const path = links.find(({ href }) => certificatePath.test(href))?.href;
    const page = path === undefined ? undefined : (await browser.get(path)).page();
    if (path && page?.links.some(({ href }) => href.endsWith('.json'))) return path;
    await delay(100);
  }
  throw new Error('the certificate did not come within ten seconds');
};

/** The certificate as paper, picture and signed record; each the same bytes when asked for again. */
export const receiveCertificate = async ({ step, keep, browser }: Scene): Promise<Received> => {
  const path = await step('receive the certificate', () => awaitCertificate(browser));
  const files = { 'certificate.pdf': '.pdf', 'certificate.png': '.png', 'credential.json': '.json' };
  const bytes = new Map<string, Buffer>();
  for (const [name, ending] of Object.entries(files)) {
    await step(`download ${name}`, async () => {
      const first = expectStatus(await browser.get(`${path}${ending}`));
      const again = expectStatus(await browser.get(`${path}${ending}`));
      claim(first.bytes.equals(again.bytes), `${name} is the same bytes at every download`);
      bytes.set(name, first.bytes);
      await keep(name, first.bytes);
    });
  }
  const credential = JSON.parse(String(bytes.get('credential.json'))) as Credential;
  claim(credential.proof.length === 2, 'the credential carries both proofs');
  const pdf = bytes.get('certificate.pdf') ?? Buffer.alloc(0);
  return { identifier: path.split('/').at(-1) ?? '', credential, pdf };
};
