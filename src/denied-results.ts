import type { Modules } from './modules.ts';

type Decided = { caseId: string; enrolmentId: string; attemptId: string; by: string };

/**
 * What becomes of results and certificates when a case is decided. A denial suspends: a suspension can be lifted should
 * an appeal overturn it, a revocation never. It revokes once nothing more can come. Each step is safe to repeat.
 */
export const settleResults = ({ learning, issuer }: Modules) => {
  const { follow } = learning.examining.cases;

  const certificateOf = async ({ enrolmentId }: Decided) => {
    const certificate = await issuer.certificateOfEnrolment(enrolmentId);
    return certificate && 'issuedAt' in certificate && certificate.issuedAt ? certificate : undefined;
  };

  return {
    /** A result that a review had held counts from now on. */
    cleared: ({ caseId }: Decided): Promise<void> => follow(caseId),

    appealed: ({ caseId }: Decided): Promise<void> => follow(caseId),

    denied: async (decided: Decided): Promise<void> => {
      await follow(decided.caseId);
      const certificate = await certificateOf(decided);
      if (!certificate) return;
      await issuer.suspend({ identifier: certificate.identifier, by: decided.by, reason: 'integrity' });
    },

    upheld: async (decided: Decided): Promise<void> => {
      await follow(decided.caseId);
      const certificate = await certificateOf(decided);
      if (!certificate) return;
      await issuer.revoke({ identifier: certificate.identifier, by: decided.by, reason: 'integrity' });
    },

    /** The certificate stands again; one that had not been issued yet, or whose result was held, is issued now. */
    overturned: async (decided: Decided): Promise<void> => {
      await follow(decided.caseId);
      await learning.recordResult(decided.attemptId);
      const certificate = await certificateOf(decided);
      if (!certificate) {
        await issuer.issueCertificate(decided.enrolmentId);
        return;
      }
      await issuer.liftSuspension({ identifier: certificate.identifier, by: decided.by });
    },
  };
};
