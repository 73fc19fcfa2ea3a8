import type { Language } from '../../src/platform/i18n.ts';
import { alterations } from '../../test/support/altered-sheets.ts';
import { type AnswerKey, readAnswerKey } from '../../test/support/answer-key.ts';
import { learnThrough } from '../../test/support/learn-through.ts';
import { freeCourse, type World } from '../../test/support/world.ts';

/** What the film needs to be made of: two certificates, one of them withdrawn, and a forged copy of the other. */
export type Props = {
  genuine: string;
  revoked: string;
  pdf: Uint8Array;
  sheet: Uint8Array;
  altered: Uint8Array;
};

/** The invented people of the demo. */
const holders = {
  genuine: { givenName: 'Zoé', familyName: 'Šťastná', country: 'CZ' },
  revoked: { givenName: 'Léa', familyName: 'Moreau', country: 'FR' },
} as const;

type Local = { en: string; fr: string };
const inEnglish = (parts: readonly { code: string; text: Local }[]) =>
  parts.map(({ code, text }) => ({ code, text: text.en }));

const passTest = async (
  { learning }: World['modules'],
  place: { accountId: string; enrolmentId: string; activityId: string },
  key: AnswerKey,
): Promise<void> => {
  const { accountId } = place;
  const held = await learning.startAttempt({ ...place, accepted: true, nameConfirmed: true });
  const attempt = await learning.attempt(accountId, held.attemptId);
  const answers = attempt.questions.map(({ slot, prompt, options, rights }) => ({
    slot,
    value: key.answer({ prompt: prompt.en, options: inEnglish(options), rights: inEnglish(rights) }, 'right'),
  }));
  await learning.saveForm({ accountId, ...held, base: 0, answers });
  await learning.submitAttempt(accountId, held.attemptId, held.sitting);
};

/** Through the front doors: nobody can sign in to a service that calls itself https and is reached without. */
const certify = async (world: World, holder: keyof typeof holders, language: Language): Promise<string> => {
  const { accounts, learning, issuer } = world.modules;
  const accountId = await accounts.createAccount({
    ...holders[holder],
    email: `${holder}.${language}@demo.example`,
    password: 'velvet harbour tulip 91 okapi',
    language,
    roles: ['learner'],
    confirmed: true,
  });
  const key = await readAnswerKey(freeCourse);
  const { enrolmentId } = await learning.enrol({ accountId, courseId: freeCourse });
  const activityId = await learnThrough(world.modules, { accountId, enrolmentId }, key);
  await passTest(world.modules, { accountId, enrolmentId, activityId }, key);
  await world.settle();
  const certificate = await issuer.certificateOfEnrolment(enrolmentId);
  if (!certificate) throw new Error(`no certificate for ${holder}`);
  return certificate.identifier;
};

/** Issues, withdraws and forges what one language of the film shows. */
export const prepareProps = async (world: World, language: Language): Promise<Props> => {
  const { issuer } = world.modules;
  const genuine = await certify(world, 'genuine', language);
  const revoked = await certify(world, 'revoked', language);
  await issuer.revoke({ identifier: revoked, by: 'staff', reason: 'issued-in-error' });
  await world.settle();
  const pdf = await issuer.rendition(genuine, 'pdf');
  const sheet = await issuer.rendition(genuine, 'png');
  const credential = JSON.parse(Buffer.from(await issuer.credentialFile(genuine)).toString()) as Record<
    string,
    unknown
  >;
  const forge = alterations['another name written over the name'];
  if (!forge) throw new Error('no such alteration');
  const issued = { pdf, credential };
  return { genuine, revoked, pdf, sheet, altered: await forge(issued, issued, language === 'en' ? 0 : 1) };
};
