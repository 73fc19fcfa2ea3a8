import { setTimeout as delay } from 'node:timers/promises';
import { type Client, expectStatus } from '../../test/support/client.ts';
import { buy } from '../../test/support/walk.ts';
import { claim } from '../narrate.ts';
import { paidCourse, type Scene } from '../scene.ts';

const isOpen = async (browser: Client): Promise<boolean> => {
  const course = expectStatus(await browser.get(`/en/courses/${paidCourse}`)).page();
  return course.links.some(({ href }) => /\/learn\/[^/]+$/.test(href));
};

/** Payment at the simulated provider opens the course; the receipt has the next number. */
export const buyCourse = async ({ step, keep, browser }: Scene): Promise<void> => {
  claim(!(await isOpen(browser)), 'the paid course is closed before it is paid');
  await step('buy the paid course by simulated card', async () => {
    const paid = await buy(browser, paidCourse);
    claim(/paid/.test(paid.page().title), 'the page after the payment says that the order is paid');
  });
  await step('find the course open', async () => {
    for (let looked = 0; !(await isOpen(browser)); looked += 1) {
      claim(looked < 100, 'the payment opens the course within ten seconds');
      await delay(100);
    }
  });
  await step('download the receipt', async () => {
    const purchases = expectStatus(await browser.get('/en/purchases')).page();
    const receipt = expectStatus(await browser.get(purchases.link(/receipt\.pdf$/)));
    claim(receipt.text.startsWith('%PDF-'), 'the receipt is a PDF');
    await keep('receipt.pdf', receipt.bytes);
  });
};
