import { fileURLToPath } from 'node:url';
import { createInstallation } from '../test/support/instance.ts';
import type { Proof } from './proof.ts';

/** So many named ways there have to be at least. */
const promised = 40;

const program = fileURLToPath(new URL('../test/support/programs/try-cheats.ts', import.meta.url));

type Tried = { tried: number; named: number; gains: readonly string[] };

/** Every named way to cheat (`test/support/cheats`), each tried over HTTP by a learner of its own: none gains anything. */
export const prove: Proof = async ({ say, only }) => {
  const installation = await createInstallation();
  try {
    const { tried, named, gains } = await installation.run<Tried>(program, only === undefined ? [] : [only]);
    for (const gain of gains) say(`GAINED  ${gain}`);
    const ok = gains.length === 0 && tried > 0 && named >= promised;
    return { ok, figures: { tried, named, gains: gains.length } };
  } finally {
    await installation.remove();
  }
};
