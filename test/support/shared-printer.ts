import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPdfPrinter, type PdfPrinter } from '../../src/platform/pdf/index.ts';

/** Shared by all tests, so that the shipped browser is unpacked once. */
export const browserDir = join(tmpdir(), 'jinfo-certification-tests');

/** How long the browser waits for another holder, in milliseconds: the next test file comes sooner. */
const patience = 4000;

let printer: PdfPrinter | undefined;
let holders = 0;
let ending: NodeJS.Timeout | undefined;

const letGo = (): void => {
  holders -= 1;
  if (holders > 0) return;
  ending = setTimeout(() => {
    const last = printer;
    printer = undefined;
    void last?.close();
  }, patience);
};

/**
 * The printer of this test process: starting a browser costs more than most tests. Whoever holds it closes it; some time
 * after the last one did so it ends its browser.
 */
export const holdPrinter = (): PdfPrinter => {
  clearTimeout(ending);
  holders += 1;
  printer ??= createPdfPrinter({ tmpDir: browserDir, timeoutMs: 60_000 });
  let held = true;
  return {
    ...printer,
    close: async () => {
      if (held) letGo();
      held = false;
    },
  };
};
