import type { Clock } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { JsonObject } from '../vc/index.ts';
import type { AchievedResult } from './achievement.ts';
import { isSigned, type SignedCertificate } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { scoreUrl } from './describe-achievement.ts';
import type { RenditionStore } from './rendition-store.ts';
import type { Signer } from './signer.ts';

type ShowDeps = {
  certificates: Pick<CertificateStore, 'byIdentifier' | 'resign'>;
  renditions: Pick<RenditionStore, 'forget'>;
  signer: Signer;
  clock: Clock;
};

export type ResultChoice = { identifier: string; accountId: string; show: boolean };

const subjectOf = (credential: JsonObject): JsonObject => credential.credentialSubject as JsonObject;

/** Whether the credential as it is now says how well it was done. */
export const showsResult = ({ credential }: SignedCertificate): boolean =>
  subjectOf(credential).result !== undefined;

/** Open Badges 3.0, B.18 Result. A whole percentage, as the description of the result says. */
const resultOf = ({ score }: AchievedResult, achievement: JsonObject): JsonObject => ({
  type: ['Result'],
  status: 'Completed',
  value: String(Math.round(score * 100)),
  ...(achievement.resultDescription ? { resultDescription: scoreUrl(String(achievement.id)) } : {}),
});

/**
 * Puts the result into the credential, or takes it out, as its holder chooses: the same credential with the same number
 * and status entries, signed anew. Copies that were handed out before stay as they are.
 * @throws DomainError `not-found`, `no-result-to-show`, `issuing-unavailable`
 */
export const createShowResult = ({ certificates, renditions, signer, clock }: ShowDeps) => {
  const once = async ({ identifier, accountId, show }: ResultChoice): Promise<boolean> => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate || !isSigned(certificate) || certificate.accountId !== accountId) throw notFound();
    const { result, credential } = certificate;
    if (!result || certificate.state !== 'valid') throw new DomainError('conflict', 'no-result-to-show');
    if (showsResult(certificate) === show) return true;
    const { proof: _proof, ...unsigned } = credential;
    const { result: _result, achievement, ...subject } = subjectOf(credential);
    const shown = show ? { result: [resultOf(result, achievement as JsonObject)] } : {};
    await signer.refresh();
    const issuer = signer.issuerFor(String((credential.issuer as JsonObject).id));
    const signed = await signer.sign(
      {
        ...unsigned,
        issuer: { ...(credential.issuer as JsonObject), id: issuer },
        credentialSubject: { ...subject, achievement, ...shown },
      },
      issuer,
      clock.now(),
    );
    return certificates.resign(identifier, credential, signed);
  };

  return async (choice: ResultChoice): Promise<void> => {
    // Another choice or a revocation came in between: look again.
    while (!(await once(choice)));
    // They carry the credential that they were drawn from.
    await renditions.forget([choice.identifier]);
  };
};
