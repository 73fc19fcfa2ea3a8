import { fileURLToPath } from 'node:url';
import type { AnswerKey } from '../../test/support/answer-key.ts';
import { answersTo } from '../../test/support/answer-key.ts';
import { type Client, expectStatus } from '../../test/support/client.ts';
import type { Installation } from '../../test/support/instance.ts';

/** A learner who sits before the final test, prepared by `test/support/programs/prepare-learners.ts`. */
export type Candidate = {
  number: number;
  email: string;
  password: string;
  enrolmentId: string;
  attemptId: string;
  /** The window that the attempt was begun in. */
  sitting: string;
};

const program = fileURLToPath(new URL('../../test/support/programs/prepare-learners.ts', import.meta.url));

export const prepareCandidates = (installation: Installation, count: number): Promise<Candidate[]> =>
  installation.run<Candidate[]>(program, [String(count)]);

/** Gives every right answer; once it returns, the service has acknowledged them. */
export const answer = async (
  client: Client,
  { attemptId, sitting }: Candidate,
  key: AnswerKey,
): Promise<void> => {
  const page = expectStatus(await client.get(`/en/learn/attempts/${attemptId}?sitting=${sitting}`)).page();
  const form = page.form(/\/learn\/attempts\/[^/]+$/);
  const values = { ...answersTo(form, key, 'right'), action: 'save' };
  expectStatus(await client.send(form, values, { follow: false }), 303);
};

/** Hands the test in; once it returns, the service has acknowledged that. */
export const handIn = async (client: Client, { attemptId, sitting }: Candidate): Promise<void> => {
  const reply = expectStatus(await client.get(`/en/learn/attempts/${attemptId}/review?sitting=${sitting}`));
  // Handed in by an earlier request whose answer was lost.
  if (reply.path.endsWith('/result')) return;
  expectStatus(await client.send(reply.page().form(/\/submit$/), {}, { follow: false }), 303);
};

export const hasPassed = async (client: Client, { attemptId }: Candidate): Promise<boolean> => {
  const page = expectStatus(await client.get(`/en/learn/attempts/${attemptId}/result`)).page();
  return /: passed/.test(page.title);
};

/** The signed record of a certificate, as far as a proof looks at it. */
export type SignedRecord = {
  id: string;
  credentialStatus: readonly { statusListCredential: string; statusListIndex: string }[];
};

/** Every certificate the candidate has, as signed records; those still being signed are not among them. */
export const signedRecords = async (client: Client): Promise<SignedRecord[]> => {
  const page = expectStatus(await client.get('/en/certificates')).page();
  const paths = page.links.map(({ href }) => href).filter((href) => /\/certificates\/[^/.]+$/.test(href));
  const records: SignedRecord[] = [];
  for (const path of paths) {
    const reply = await client.get(`${path}.json`);
    if (reply.status === 200) records.push(reply.json<SignedRecord>());
  }
  return records;
};

/** Whether our own verifier calls it verified, asked without a cookie. */
export const isVerified = async (stranger: Client, record: SignedRecord): Promise<boolean> => {
  const reply = await stranger.request('/credentials/verify', {
    method: 'POST',
    accept: 'application/json',
    type: 'application/json',
    body: JSON.stringify({ verifiableCredential: record }),
  });
  return reply.status === 200 && reply.json<{ verified: boolean }>().verified;
};

/** How many of the bits stand in more than one record. */
export const sharedBits = (records: readonly SignedRecord[]): number => {
  const bits = records.flatMap(({ credentialStatus }) =>
    credentialStatus.map(
      ({ statusListCredential, statusListIndex }) => `${statusListCredential}#${statusListIndex}`,
    ),
  );
  return bits.length - new Set(bits).size;
};
