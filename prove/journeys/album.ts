import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { visibleFaults } from '../../test/support/browser/page-faults.ts';

const widths = [360, 1280] as const;
const desk = { width: 1280, height: 900 };

/** Fonts are there, and two frames were drawn since the width changed. */
const settled = `document.fonts.ready.then(() =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50)))))`;

/** The numbered pictures of one journey, and what was wrong with the pages on them. */
export type Album = {
  /** Notes from now on what goes wrong behind this page. */
  frame(page: Page): Promise<void>;
  picture(page: Page, what: string): Promise<void>;
  note(fault: string): void;
  readonly pictures: number;
  readonly faults: readonly string[];
};

export const createAlbum = (outDir: string, journey: string): Album => {
  mkdirSync(outDir, { recursive: true });
  const faults: string[] = [];
  let pictures = 0;

  const noteFaults = async (page: Page, what: string, width: number): Promise<void> => {
    for (const fault of await visibleFaults(page)) faults.push(`${what}, ${width}: ${fault}`);
  };

  return {
    get pictures() {
      return pictures;
    },
    faults,
    note: (fault) => void faults.push(fault),
    frame: async (page) => {
      page.on('pageerror', (error) => faults.push(`script on ${page.url()}: ${String(error)}`));
      await page.setViewport(desk);
    },
    picture: async (page, what) => {
      pictures += 1;
      const name = `${journey}.${String(pictures).padStart(2, '0')}-${what}`;
      for (const width of widths) {
        // What stands in a frame far below the screen is not drawn.
        const height = page.frames().length > 1 ? 2400 : 900;
        await page.setViewport({ width, height });
        await page.evaluate(settled);
        const path = join(outDir, `${name}.${width}.png`) as `${string}.png`;
        await page.screenshot({ path, fullPage: true });
        await noteFaults(page, what, width);
      }
      await page.setViewport(desk);
    },
  };
};
