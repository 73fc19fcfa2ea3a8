import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Proof } from './proof.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../test/support/programs/compare-templates.ts', import.meta.url));
const [batches, perBatch] = [10, 500];

type Comparison = {
  documents: number;
  quick: number;
  accepted: number;
  refused: number;
  disagreements: readonly string[];
};
type Found = { verdicts: Comparison; signatures: Comparison };

/** In batches, each with a seed of its own, so that one that fails can be repeated alone. */
export const prove: Proof = async ({ seed, say }) => {
  const found: Found[] = [];
  for (let batch = 1; batch <= batches; batch += 1) {
    const { stdout } = await run(process.execPath, [program, String(seed + batch), String(perBatch)]);
    found.push(JSON.parse(stdout) as Found);
    say(`${batch * perBatch} changed credentials verified, half as many hostile ones signed`);
  }
  const sum = (kind: keyof Found, figure: 'documents' | 'quick' | 'accepted' | 'refused'): number =>
    found.reduce((total, one) => total + one[kind][figure], 0);
  const of = (kind: keyof Found) => ({
    documents: sum(kind, 'documents'),
    byTemplate: sum(kind, 'quick'),
    accepted: sum(kind, 'accepted'),
    refused: sum(kind, 'refused'),
    disagreements: found.flatMap((one) => one[kind].disagreements),
  });
  const [verified, signed] = [of('verdicts'), of('signatures')];
  const ok = verified.disagreements.length + signed.disagreements.length === 0;
  return { ok: ok && verified.byTemplate > 0 && signed.byTemplate > 0, figures: { verified, signed } };
};
