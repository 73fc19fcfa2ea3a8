import { setTimeout as delay } from 'node:timers/promises';
import { alterations, honestCopies, type IssuedSheet, stretched } from '../test/support/altered-sheets.ts';
import { readAnswerKey } from '../test/support/answer-key.ts';
import { type Client, expectStatus } from '../test/support/client.ts';
import { createInstallation } from '../test/support/instance.ts';
import { signIn } from '../test/support/walk.ts';
import type { Proof } from './proof.ts';
import { answer, handIn, prepareCandidates, signedRecords } from './support/candidate.ts';

const sheets = 5;
/** So many of each kind; 50 and more of either side. */
const turns = 5;
const patience = 120_000;

type Answer = { verdict: string; sheet?: { record: string; differences: { kind: string }[] } };

/** What each kind of forgery has to be called, and a trace that has to be named. */
const expected: Readonly<Record<string, { verdict: string; trace?: string }>> = {
  'letters replaced in the text': { verdict: 'print_differs', trace: 'text-changed' },
  'another name written over the name': { verdict: 'print_differs', trace: 'picture-differs' },
  'a picture laid over the name': { verdict: 'print_differs', trace: 'picture-differs' },
  'another date written over the date': { verdict: 'print_differs', trace: 'text-added' },
  'a distinction added': { verdict: 'print_differs', trace: 'text-added' },
  'the page of another certificate': { verdict: 'print_differs', trace: 'text-changed' },
  'the record of another certificate': { verdict: 'print_differs', trace: 'text-changed' },
  'the attached record edited': { verdict: 'not_authentic' },
  'the code replaced': { verdict: 'print_differs', trace: 'code-differs' },
  'printed to PDF with another name': { verdict: 'print_differs', trace: 'picture-differs' },
  'a note stuck over the assessment': { verdict: 'print_differs', trace: 'picture-differs' },
  'a page added': { verdict: 'print_differs', trace: 'pages-added' },
};

const certificateOf = async (client: Client): Promise<IssuedSheet> => {
  const deadline = Date.now() + patience;
  for (;;) {
    const [record] = await signedRecords(client);
    if (record) {
      const number = record.id.split('/').at(-1);
      const pdf = expectStatus(await client.get(`/en/certificates/${number}.pdf`)).bytes;
      return { pdf: new Uint8Array(pdf), credential: record as unknown as IssuedSheet['credential'] };
    }
    if (Date.now() > deadline) throw new Error('a candidate waits in vain for the certificate');
    await delay(200);
  }
};

const judge = async (stranger: Client, pdf: Uint8Array): Promise<Answer> => {
  const reply = await stranger.request('/verify', {
    method: 'POST',
    accept: 'application/json',
    type: 'application/pdf',
    body: pdf as Uint8Array<ArrayBuffer>,
  });
  return expectStatus(reply).json<Answer>();
};

/** 60 forged PDFs of twelve kinds, each to be named for what it is; 50 honest ones, none to raise an alarm. */
export const prove: Proof = async ({ say }) => {
  const installation = await createInstallation();
  try {
    const instance = await installation.start({ env: { RATE_LIMITS: 'relaxed' } });
    const key = await readAnswerKey('protecting-personal-data');
    const issued: IssuedSheet[] = [];
    for (const candidate of await prepareCandidates(installation, sheets)) {
      const client = instance.client();
      await signIn(client, candidate);
      await answer(client, candidate, key);
      await handIn(client, candidate);
      issued.push(await certificateOf(client));
    }
    say(`${issued.length} certificates issued and drawn`);
    const stranger = instance.client();
    const wrong: string[] = [];
    const counts = { forged: 0, named: 0, honest: 0, accepted: 0 };
    for (const [kind, alter] of Object.entries(alterations)) {
      for (let turn = 0; turn < turns; turn += 1) {
        const [sheet, other] = [issued[turn % sheets], issued[(turn + 1) % sheets]] as [
          IssuedSheet,
          IssuedSheet,
        ];
        const { verdict, sheet: found } = await judge(stranger, await alter(sheet, other, turn));
        const { trace } = expected[kind] ?? {};
        const traced = !trace || found?.differences.some((one) => one.kind === trace);
        counts.forged += 1;
        if (verdict === expected[kind]?.verdict && traced) counts.named += 1;
        else wrong.push(`${kind} (${turn}): ${verdict} ${JSON.stringify(found?.differences)}`);
      }
      say(`${kind}: ${counts.named} of ${counts.forged} so far named`);
    }
    for (const [kind, copy] of Object.entries(honestCopies)) {
      for (let turn = 0; turn < turns * 2; turn += 1) {
        const sheet = issued[turn % sheets] as IssuedSheet;
        const { verdict, sheet: found } = await judge(stranger, await copy(sheet.pdf, turn % turns));
        counts.honest += 1;
        if (verdict === 'verified') counts.accepted += 1;
        else wrong.push(`${kind} (${turn}): ${verdict} ${JSON.stringify(found?.differences)}`);
      }
      say(`${kind}: ${counts.accepted} of ${counts.honest} honest ones accepted so far`);
    }
    // Every word is there, and the page cannot be laid over the original: neither good nor bad.
    const pulled = await judge(stranger, await stretched((issued[0] as IssuedSheet).pdf));
    if (pulled.verdict !== 'could_not_check') wrong.push(`pulled out of shape: ${pulled.verdict}`);
    for (const one of wrong) say(`WRONG: ${one}`);
    return { ok: wrong.length === 0, figures: { kinds: Object.keys(alterations).length, ...counts } };
  } finally {
    await installation.remove();
  }
};
