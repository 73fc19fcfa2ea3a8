import { setTimeout as delay } from 'node:timers/promises';
import { strFromU8, unzipSync } from 'fflate';
import { eraseAccount, exportData } from '../../test/support/walk.ts';
import { claim } from '../narrate.ts';
import type { Scene } from '../scene.ts';
import type { Received } from './receive-certificate.ts';
import { verifyByNumber, verifyFile } from './verify-as-stranger.ts';

const mentions = (text: string, { givenName, familyName, email }: Scene['learner']): boolean =>
  [givenName, familyName, email].some((word) => text.includes(word));

/** The learner takes everything along and goes; what remains names nobody. */
export const leave = async (scene: Scene, { identifier, credential }: Received): Promise<void> => {
  const { step, keep, browser, learner, instance } = scene;
  await step('export the account', async () => {
    const { bytes } = await exportData(browser);
    const files = unzipSync(bytes);
    claim('manifest.json' in files, 'the export lists its files');
    claim(
      Object.keys(files).some((name) => name.includes(identifier)),
      'the export holds the certificate',
    );
    claim(mentions(strFromU8(files['data/accounts.json'] ?? new Uint8Array()), learner), 'and the account');
    await keep('export.zip', bytes);
  });
  await step('erase the account', async () => {
    await eraseAccount(browser, learner.password);
    const kept = await browser.get('/en/account', { follow: false });
    claim(kept.status === 303, 'nobody is signed in any more');
  });
  await step('find that the public page names nobody', async () => {
    for (let looked = 0; ; looked += 1) {
      const { page, text } = await verifyByNumber(scene, identifier);
      if (!mentions(page.text, learner) && !mentions(text, learner)) return;
      claim(looked < 100, 'the erasure is done within ten seconds');
      await delay(100);
    }
  });
  await step('verify the file that its holder kept', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(credential));
    const report = await verifyFile(scene, { name: 'credential.json', bytes, type: 'application/json' });
    const signature = report.checks.find(({ name }) => name === 'signature');
    claim(signature?.outcome === 'passed', 'its signature still holds');
    claim(report.verdict === 'not_valid', 'and it is still withdrawn');
  });
  claim(!instance.output.some((line) => mentions(line, learner)), 'no log line names the learner');
};
