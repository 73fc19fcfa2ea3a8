import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type {
  Erasure,
  ExportFile,
  PersonalDataProvider,
  ProcessingRecord,
} from '../platform/personal-data.ts';
import type { Batches } from './bulk/batches.ts';
import { type Certificate, isSigned } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { Correction } from './corrections/correction.ts';
import type { CorrectionStore } from './corrections/correction-store.ts';
import { credentialFile } from './draw-certificate.ts';
import type { RenditionStore } from './rendition-store.ts';
import type { RevocationBatchStore } from './revocation-batch-store.ts';

const category = { en: 'Certificates', fr: 'Certificats' };

const record: ProcessingRecord = {
  category,
  purpose: {
    en: 'Issue certificates in the holder’s name, and let anybody who is shown one check that it is genuine.',
    fr: 'Délivrer les certificats au nom de leur titulaire et permettre à toute personne à qui on en présente un d’en vérifier l’authenticité.',
  },
  basis: 'contract',
  keptFor: {
    en: 'As long as the certificate can be verified, or until the account is erased. After that the number, the dates and the status stay, without any name.',
    fr: 'Tant que le certificat est vérifiable, ou jusqu’à l’effacement du compte. Ensuite subsistent le numéro, les dates et le statut, sans aucun nom.',
  },
  recipients: {
    en: 'Whoever has the certificate’s number or file.',
    fr: 'Toute personne qui dispose du numéro ou du fichier du certificat.',
  },
};

const batchRecord: ProcessingRecord = {
  category: { en: 'Bulk issuing', fr: 'Délivrance en nombre' },
  purpose: {
    en: 'Issue certificates to people whom an organiser has named with their e-mail address, and send them there.',
    fr: 'Délivrer des certificats aux personnes qu’un organisateur a désignées avec leur adresse électronique, et les leur envoyer.',
  },
  basis: 'legitimate-interest',
  keptFor: {
    en: 'The file’s rows until their certificates are issued, or seven days when nobody confirms it. The address stays with the certificate until its owner opens an account.',
    fr: 'Les lignes du fichier jusqu’à la délivrance, ou sept jours si personne ne confirme. L’adresse reste avec le certificat jusqu’à ce que son propriétaire ouvre un compte.',
  },
  recipients: {
    en: 'Whoever has the certificate’s number or file.',
    fr: 'Toute personne qui dispose du numéro ou du fichier du certificat.',
  },
};

const correctionCategory = { en: 'Corrections of names', fr: 'Rectifications de noms' };

const correctionRecord: ProcessingRecord = {
  category: correctionCategory,
  purpose: {
    en: 'Correct the name on a certificate, and let a person decide where it could become somebody else’s.',
    fr: 'Rectifier le nom porté sur un certificat, et faire trancher par une personne quand il pourrait devenir celui d’autrui.',
  },
  basis: 'contract',
  keptFor: {
    en: 'The wished name and your explanation: until it is done, or twelve months after a refusal. That there was a correction: as long as the account.',
    fr: 'Le nom souhaité et vos explications : jusqu’à la rectification, ou douze mois après un refus. Le fait qu’il y en a eu une : aussi longtemps que le compte.',
  },
  recipients: { en: 'Nobody outside the service.', fr: 'Personne en dehors du service.' },
};

type Deps = {
  certificates: CertificateStore;
  corrections: CorrectionStore;
  renditions: RenditionStore;
  revocations: RevocationBatchStore;
  batches: Pick<Batches, 'forgetPreviewed'>;
  clock: Clock;
  pdfOf(identifier: string): Promise<Uint8Array>;
};

/** How long staff may look back at what they withdrew in one go. */
const batchDays = 30;
/** How long a refused request can be read again. */
const refusedDays = 365;

type Change = { by: string };

/** Who withdrew or suspended a certificate is another person's data. */
const withoutStaff = (certificate: Certificate): object => {
  const { revocation, suspension } = certificate as { revocation?: Change; suspension?: Change };
  return {
    ...certificate,
    ...(revocation ? { revocation: withoutName(revocation) } : {}),
    ...(suspension ? { suspension: withoutName(suspension) } : {}),
  };
};

const withoutName = ({ by: _by, ...change }: Change): object => change;

const withoutDecider = (correction: Correction): object =>
  'decision' in correction ? { ...correction, decision: withoutName(correction.decision) } : correction;

/** A name beyond our typefaces has no drawing, but everything else. */
const ignoringUndrawable = (error: unknown): undefined => {
  if (!(error instanceof DomainError && error.code === 'name-not-drawable')) throw error;
};

const outcomes = (held: number, corrected: number): Erasure[] => {
  const anonymised: Erasure = { category, outcome: 'anonymised', records: held };
  const erased: Erasure = { category: correctionCategory, outcome: 'erased', records: corrected };
  return [anonymised, erased].filter(({ records }) => records > 0);
};

export const createPersonalData = ({
  certificates,
  corrections,
  renditions,
  revocations,
  batches,
  clock,
  pdfOf,
}: Deps): PersonalDataProvider => ({
  module: 'issuer',
  describe: () => [record, batchRecord, correctionRecord],

  export: async (subject) => ({
    certificates: (await certificates.heldBy(subject)).map(withoutStaff),
    nameCorrections: (await corrections.ofAccount(subject)).map(withoutDecider),
  }),

  async *exportFiles(subject): AsyncIterable<ExportFile> {
    for (const certificate of await certificates.heldBy(subject)) {
      if (!isSigned(certificate)) continue;
      yield { path: `certificates/${certificate.identifier}.json`, bytes: credentialFile(certificate) };
      const bytes = await pdfOf(certificate.identifier).catch(ignoringUndrawable);
      if (bytes) yield { path: `certificates/${certificate.identifier}.pdf`, bytes };
    }
  },

  planErasure: async (subject) => {
    const held = await certificates.heldBy(subject);
    return outcomes(held.length, (await corrections.ofAccount(subject)).length);
  },

  erase: async (subject) => {
    const held = await certificates.heldBy(subject);
    // Drawings first: once the holder is gone from the register, nothing leads back to them.
    await renditions.forget(held.map(({ identifier }) => identifier));
    const identifiers = await certificates.redact({ accountId: subject }, clock.now());
    // A drawing kept in between by a download that had already begun.
    await renditions.forget(identifiers);
    return outcomes(identifiers.length, await corrections.forget(subject));
  },

  expire: async (now) => {
    await revocations.forgetFinished(new Date(now.getTime() - batchDays * 86_400_000));
    const removed = await batches.forgetPreviewed(now);
    const refused = await corrections.forgetRefused(new Date(now.getTime() - refusedDays * 86_400_000));
    return [
      { category: 'files of people that were never confirmed', removed },
      { category: 'names in refused corrections', removed: refused },
    ].filter((one) => one.removed > 0);
  },
});
