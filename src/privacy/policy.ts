import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Language, type Localised, languages } from '../platform/i18n.ts';

const localised = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) });

const index = z.array(
  z.strictObject({
    version: z.string().regex(/^\d+(\.\d+)*$/),
    effectiveOn: z.iso.date(),
    /** What changed against the version before, in one sentence for people. */
    changes: localised,
  }),
);

/** One version of the privacy policy, as it was in force. `hash` is SHA-256 over both texts. */
export type PolicyVersion = {
  version: string;
  effectiveOn: Date;
  changes: Localised;
  /** Markdown. */
  text: Localised;
  hash: string;
};

const readText = async (dir: string, version: string): Promise<Localised> => {
  const read = async (language: Language): Promise<[Language, string]> => [
    language,
    await readFile(join(dir, `${version}.${language}.md`), 'utf8'),
  ];
  return Object.fromEntries(await Promise.all(languages.map(read))) as Localised;
};

/**
 * Reads `versions.json` and both texts of every version, newest first. A version without one of its languages stops the
 * start: nobody may be asked to accept half a policy.
 */
export const readPolicyVersions = async (dir: string): Promise<PolicyVersion[]> => {
  const listed = index.parse(JSON.parse(await readFile(join(dir, 'versions.json'), 'utf8')));
  const versions = await Promise.all(
    listed.map(async ({ version, effectiveOn, changes }) => {
      const text = await readText(dir, version);
      const hash = createHash('sha256').update(`${text.en}\0${text.fr}`).digest('hex');
      return { version, effectiveOn: new Date(`${effectiveOn}T00:00:00Z`), changes, text, hash };
    }),
  );
  return versions.sort((a, b) => b.effectiveOn.getTime() - a.effectiveOn.getTime());
};

/** Who promises, as the operator's settings say. */
export type PolicyFacts = Readonly<Record<'operator' | 'address' | 'email', string>>;

/** Markdown's own signs in a name must print as they are. */
const plainText = (value: string): string => value.replaceAll(/[\\`*_{}[\]<>()#+!|]/g, '\\$&');

/** Puts the operator into the text. @throws for a placeholder that nobody fills. */
export const fillIn = (text: string, facts: PolicyFacts): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    if (!Object.hasOwn(facts, name)) throw new Error(`the privacy policy asks for an unknown ${name}`);
    return plainText(facts[name as keyof PolicyFacts]);
  });

/** The version in force at an instant; nothing before the first one. */
export const policyAt = (versions: readonly PolicyVersion[], at: Date): PolicyVersion | undefined =>
  versions.find(({ effectiveOn }) => effectiveOn <= at);
