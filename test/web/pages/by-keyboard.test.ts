import { expect } from 'chai';
import type { Browser, Page } from 'puppeteer';
import { walkByKeyboard } from '../../support/browser/keyboard.ts';
import { openBrowser } from '../../support/browser/open-browser.ts';
import { axeFaults, visibleFaults } from '../../support/browser/page-faults.ts';
import { freeCourse, openWorld, type World } from '../../support/world.ts';

/** Open pages with every kind of part; all pages in all states are walked by `npm run prove -- pages`. */
const paths = [
  '/fr',
  `/en/courses/${freeCourse}`,
  '/fr/register',
  '/fr/verify?identifier=non',
  '/en/contact',
];

describe('a page on a phone, for somebody without a mouse', function () {
  this.timeout(60_000);
  let world: World;
  let browser: Browser;
  let page: Page;
  before(async () => {
    [world, browser] = await Promise.all([openWorld(), openBrowser()]);
    page = await browser.newPage();
    await page.setViewport({ width: 360, height: 900 });
  });
  after(async () => {
    await browser.close();
    await world.close();
  });

  for (const path of paths) {
    it(`works and fits: ${path}`, async () => {
      await page.goto(`${world.visitor().baseUrl}${path}`);
      const seen = [...(await visibleFaults(page)), ...(await axeFaults(page))];
      const { faults, stops } = await walkByKeyboard(page);
      expect([...seen, ...faults]).to.deep.equal([]);
      expect(stops).to.be.greaterThan(10);
    });
  }
});
