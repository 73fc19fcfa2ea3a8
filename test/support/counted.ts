/** What `programs/count-data.ts` answers. */
export type Counted = {
  certificates: Record<string, number>;
  /** Enrolments with more than one certificate. */
  enrolmentsTwice: number;
  completed: number;
  statusEntries: number;
  /** Bits that stand in more than one entry or certificate. */
  bitsTwice: number;
  /** Certificates whose bit no entry holds for them. */
  bitsUnheld: number;
  jobs: Record<string, number>;
  letters: number;
};
