/** A file as somebody brings it, or a text as somebody pastes it. */
export type Paper = { name: string; bytes: Uint8Array } | { text: string };

/** A page of verification that gives one verdict: at an address, or once a paper is brought to it. */
export type VerdictStop = {
  view: string;
  state?: string;
  /** Named as in `prove/pages/verdicts/known.ts`. */
  verdict?: string;
  path: string;
  status?: number;
  as?: 'first visit';
  dark?: boolean;
  /** Keys of texts that it must say too. */
  says?: readonly string[];
  paper?: Paper;
};
