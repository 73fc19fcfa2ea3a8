import { expect } from 'chai';
import type { Browser, Page } from 'puppeteer';
import { readAnswerKey } from '../../support/answer-key.ts';
import { openBrowser } from '../../support/browser/open-browser.ts';
import { begin, type Cheater, createCheater, type Sitting } from '../../support/cheats/cheat.ts';
import { freeCourse, openWorld, type World } from '../../support/world.ts';

/** Runs in the page: as soon as the page has read the next pulse, and in the same breath, another answer is given. */
const answerRightAfterThePulse = `(() => {
  const ask = window.fetch;
  window.fetch = async (...asked) => {
    const response = await ask(...asked);
    if (!String(asked[0]).includes('/pulse')) return response;
    const read = response.json.bind(response);
    response.json = async () => {
      const told = await read();
      setTimeout(() => document.querySelector('fieldset[data-kind="choice"] input').click());
      return told;
    };
    return response;
  };
  dispatchEvent(new Event('online'));
})()`;

describe('A test in a browser', function () {
  this.timeout(60_000);
  let world: World;
  let browser: Browser;
  let page: Page;
  let candidate: Cheater;
  let sitting: Sitting;

  before(async () => {
    [world, browser] = await Promise.all([openWorld(), openBrowser()]);
  });
  after(async () => {
    await browser.close();
    await world.close();
  });
  beforeEach(async () => {
    candidate = await createCheater(world, await readAnswerKey(freeCourse));
    sitting = await begin(candidate);
    page = await browser.newPage();
    const { baseUrl } = candidate.client;
    for (const pair of candidate.client.cookies().split('; ')) {
      const [name = '', value = ''] = pair.split('=');
      await page.browserContext().setCookie({ name, value, domain: new URL(baseUrl).hostname, path: '/' });
    }
    await page.goto(`${baseUrl}${sitting.path}?sitting=${sitting.sitting}`);
  });
  afterEach(() => page.close());

  it('loses no answer that is given while the page learns that another device has taken over', async () => {
    const { learning } = world.modules;
    const { accountId } = candidate.someone;
    await learning.takeOverAttempt(accountId, sitting.attemptId);
    const told = page.waitForFunction('location.search.includes("kept=yes")');
    await page.evaluate(answerRightAfterThePulse);
    await told;
    expect(await page.$eval('main', (main) => main.textContent)).to.include('another device');
    const back = page.waitForSelector('[data-autosave]');
    await page.click('main form button');
    await back;
    await page.waitForFunction('!Object.keys(localStorage).some((key) => key.endsWith(":unsent"))');
    const view = await learning.attempt(accountId, sitting.attemptId);
    const answered = view.questions.filter(({ answer }) => answer !== undefined);
    expect(answered).to.have.length(1);
  });
});
