import type { Certificate, Origin } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';

type Deps = Pick<CertificateStore, 'byOrigin' | 'byIdentifier'>;

/** The last of those that took each other's place. */
const lastOf = async (
  certificates: Pick<Deps, 'byIdentifier'>,
  first: Certificate | undefined,
): Promise<Certificate | undefined> => {
  let certificate = first;
  while (certificate?.supersededBy) certificate = await certificates.byIdentifier(certificate.supersededBy);
  return certificate;
};

/** The certificate that stands today for what one was issued for. */
export const createCurrent =
  (certificates: Deps) =>
  async (origin: Origin): Promise<Certificate | undefined> =>
    lastOf(certificates, await certificates.byOrigin(origin));

/** Who withdraws or suspends a number that was replaced means the certificate that took its place. */
export const standingFor = async (
  certificates: Pick<Deps, 'byIdentifier'>,
  identifier: string,
): Promise<Certificate | undefined> => lastOf(certificates, await certificates.byIdentifier(identifier));

/** These, and all that took their places. */
export const withSuccessors = async (
  among: CertificateStore['among'],
  identifiers: readonly string[],
): Promise<Certificate[]> => {
  const found: Certificate[] = [];
  for (let next = identifiers; next.length > 0; ) {
    const some = await among(next);
    found.push(...some);
    next = some.flatMap(({ supersededBy }) => (supersededBy ? [supersededBy] : []));
  }
  return found;
};
