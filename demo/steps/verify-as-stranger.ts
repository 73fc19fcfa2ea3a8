import { expectStatus } from '../../test/support/client.ts';
import { claim } from '../narrate.ts';
import type { Scene } from '../scene.ts';
import type { Received } from './receive-certificate.ts';

/** The answer of `/v/<identifier>` and `/verify` to a program. */
export type Report = {
  verdict: string;
  checks: readonly { name: string; outcome: string; reason: string }[];
  facts?: { holderName?: string };
  revocation?: { at: string; reason: string };
};

const asJson = { accept: 'application/json' };

/** By its number, as a stranger without cookie or account. */
export const verifyByNumber = async ({ instance }: Scene, identifier: string) => {
  const stranger = instance.client();
  const page = expectStatus(await stranger.get(`/en/v/${identifier}`)).page();
  const reply = expectStatus(await stranger.get(`/v/${identifier}`, asJson));
  claim(!stranger.hasCookies(), 'verifying sets no cookie');
  return { page, report: reply.json<Report>(), text: reply.text };
};

/** By the file alone, which the stranger brings along. */
export const verifyFile = async (
  { instance }: Scene,
  file: { name: string; bytes: Uint8Array; type: string },
): Promise<Report> => {
  const stranger = instance.client();
  const body = new FormData();
  body.set('file', new Blob([Uint8Array.from(file.bytes)], { type: file.type }), file.name);
  const reply = await stranger.request('/verify', { ...asJson, method: 'POST', body });
  claim(!stranger.hasCookies(), 'verifying a file sets no cookie');
  return expectStatus(reply).json<Report>();
};

/** While everything is well. */
export const verifyAsStranger = async (scene: Scene, { identifier, pdf }: Received): Promise<void> => {
  const { step, keep, learner } = scene;
  await step('verify it by its number, as a stranger', async () => {
    const { page, report, text } = await verifyByNumber(scene, identifier);
    claim(report.verdict === 'verified', `the verdict is verified, not ${report.verdict}`);
    claim(page.text.includes(learner.familyName), 'the page shows whose certificate it is');
    await keep('verification-before.json', text);
  });
  await step('verify the PDF, as a stranger', async () => {
    const report = await verifyFile(scene, { name: 'certificate.pdf', bytes: pdf, type: 'application/pdf' });
    claim(report.verdict === 'verified', `the verdict on the PDF is verified, not ${report.verdict}`);
  });
};
