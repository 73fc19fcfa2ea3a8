import { newIdentifier } from '../../../src/issuer/identifier.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { alterations, honestCopies, type IssuedSheet, stretched } from '../altered-sheets.ts';
import { asText, strangersPapers, unreadablePapers } from './papers.ts';
import type { Paper, VerdictStop as Stop } from './verdict-stop.ts';
import type { VerdictWorld } from './verdict-world.ts';

/** What is said of a paper that is brought to the page of verification. */
const brought = (
  state: string,
  verdict: string,
  paper: Paper,
  more: Pick<Stop, 'says' | 'dark'> = {},
): Stop => ({ view: 'verify/report', state, verdict, path: '/verify', paper, ...more });

const pdf = (bytes: Uint8Array): Paper => ({ name: 'certificate.pdf', bytes });

const numberStops = ({ numbers }: VerdictWorld): Stop[] => {
  const { valid } = numbers;
  const mistyped = `${valid.slice(0, -1)}${valid.endsWith('A') ? 'B' : 'A'}`;
  const report = (state: string, verdict: string, number: string, more: Partial<Stop> = {}): Stop => ({
    view: 'verify/report',
    state,
    verdict,
    path: `/v/${number}`,
    ...more,
  });
  const unknown = (state: string, why: string, number: string): Stop => ({
    view: 'verify/unknown',
    state,
    verdict: `unknown.${why}`,
    path: `/v/${number}`,
    status: 404,
  });
  return [
    report('verified', 'verified', valid, { dark: true }),
    report('verified, first visit', 'verified', valid, { as: 'first visit' }),
    report('revoked', 'not_valid', numbers.revoked, { dark: true }),
    report('suspended', 'verified_not_current.suspended', numbers.suspended),
    report('expired', 'verified_not_current.expired', numbers.expired, { dark: true }),
    report('replaced', 'replaced', numbers.replaced, { says: ['verify:report.replaced-by'] }),
    report('renewed', 'verified', numbers.renewed, { says: ['verify:report.renewed-by'] }),
    { view: 'verify/private', verdict: 'private', path: `/v/${numbers.private}`, dark: true },
    { view: 'verify/erased', verdict: 'erased.sentence', path: `/v/${numbers.erased}` },
    {
      view: 'verify/erased',
      state: 'withdrawn',
      verdict: 'erased.withdrawn',
      path: `/v/${numbers.erasedRevoked}`,
    },
    unknown('not ours', 'not-ours', newIdentifier(systemRandom)),
    unknown('mistyped', 'mistyped', mistyped),
    unknown('no number', 'not-a-number', 'hello'),
    ...(['private', 'expired', 'suspended', 'replaced'] as const).map(
      (state): Stop => ({ view: 'verify/embed', state, path: `/v/${numbers[state]}/embed` }),
    ),
  ];
};

/** One after the other on the same page, as a forger with much to change would do it. */
const forged = async (own: IssuedSheet, other: IssuedSheet, kinds: readonly string[]): Promise<Paper> => {
  let bytes = own.pdf;
  for (const kind of kinds) {
    const alter = alterations[kind];
    if (!alter) throw new Error(`no alteration is called ${kind}`);
    bytes = await alter({ ...own, pdf: bytes }, other, 1);
  }
  return pdf(bytes);
};

/** Each costs the service seconds, so there are few of them, each with much to show. */
const sheetStops = async ({ numbers, record, sheet }: VerdictWorld): Promise<Stop[]> => {
  const issued = async (number: string): Promise<IssuedSheet> => ({
    pdf: await sheet(number),
    credential: await record(number),
  });
  const [own, other] = [await issued(numbers.valid), await issued(numbers.other)];
  const says = (...differences: readonly string[]) => ({
    says: differences.map((difference) => `verify:print.${difference}`),
  });
  const edited = [
    'letters replaced in the text',
    'another date written over the date',
    'the code replaced',
    'a page added',
  ];
  const reprinted = await honestCopies['printed to PDF']?.(own.pdf, 0);
  return [
    brought('printed anew', 'verified', pdf(reprinted as Uint8Array), says('detached')),
    brought('edited PDF', 'print_differs', await forged(own, other, edited), {
      ...says('text-changed', 'text-added', 'code-differs', 'pages-added_one'),
      dark: true,
    }),
    brought(
      'picture over the name',
      'print_differs',
      await forged(own, other, ['a picture laid over the name']),
      says('picture-differs'),
    ),
    brought('not laid over', 'could_not_check.print', pdf(await stretched(own.pdf))),
  ];
};

/** A receipt of ours, as JSON and as the PDF that is kept. */
const receiptStops = async ({ world, numbers }: VerdictWorld): Promise<Stop[]> => {
  const { bulk } = world.modules.desk;
  const list = [numbers.valid, numbers.revoked, numbers.private, 'hello'].join('\n');
  const begun = await bulk.brought(new TextEncoder().encode(`number\n${list}\n`), 'en');
  if (!begun.ok) throw new Error('the list was not taken');
  await world.settle();
  const check = await bulk.bySecret(begun.secret);
  if (!check) throw new Error('no check');
  return [
    brought('receipt', 'receipt', asText(check.receipt)),
    brought('receipt as PDF', 'receipt', pdf(await bulk.receiptPdf(check)), {
      says: ['verify:reasons.print.receipt'],
    }),
  ];
};

const recordStops = async ({ numbers, record, compromised, ours }: VerdictWorld): Promise<Stop[]> => {
  const genuine = await record(numbers.valid);
  const tampered = { ...genuine, credentialSubject: { ...genuine.credentialSubject, name: 'Somebody Else' } };
  const strangers = await strangersPapers();
  const { proof: _proof, ...unsigned } = genuine;
  return [
    brought('tampered', 'not_authentic', asText(tampered), { dark: true }),
    brought('unsigned', 'not_authentic', asText(unsigned), { says: ['verify:reasons.signature.no-proof'] }),
    brought('key compromised', 'not_authentic.key-compromised', { text: compromised }),
    brought('not yet valid', 'verified_not_current.not-yet-valid', asText(ours.notYetValid)),
    brought('test', 'test', asText(ours.test), { dark: true }),
    brought('unknown issuer', 'verified_other_issuer', strangers.unknown),
    brought('unknown issuer, PDF', 'verified_other_issuer', strangers.foreignPdf, {
      says: ['verify:reasons.print.other-issuer'],
    }),
    brought('listed issuer', 'verified_other_issuer.listed-issuer', strangers.listed),
    brought('listed at another time', 'verified_other_issuer', strangers.listedOnce, {
      says: ['verify:reasons.issuer.listed-at-another-time'],
    }),
    brought('list out of reach', 'could_not_check', strangers.unreachable, {
      says: ['verify:reasons.status.list-unreachable'],
    }),
    brought('unknown kind of signature', 'could_not_check', strangers.unknownSuite, {
      says: ['verify:report.withheld-unclear'],
    }),
    brought('presented', 'verified_other_issuer', strangers.presented, { says: ['verify:report.presented'] }),
    brought('unsupported', 'unsupported_format', strangers.unsupported),
  ];
};

const refusedStops = async (): Promise<Stop[]> => {
  const refused = (code: string): Pick<Stop, 'view' | 'state' | 'verdict' | 'path' | 'status'> => ({
    view: 'verify/form',
    state: code.replace(/^verify-/, '').replaceAll('-', ' '),
    verdict: `refused.${code}`,
    path: '/verify',
    status: 422,
  });
  return [
    { ...refused('verify-not-an-identifier'), path: '/verify?identifier=hello' },
    ...Object.entries(await unreadablePapers()).map(([code, paper]) => ({
      ...refused(code),
      paper,
    })),
  ];
};

/** Every verdict that there is, as whoever verifies sees it. */
export const verdictStops = async (verdicts: VerdictWorld): Promise<Stop[]> => [
  ...numberStops(verdicts),
  ...(await sheetStops(verdicts)),
  ...(await receiptStops(verdicts)),
  ...(await recordStops(verdicts)),
  ...(await refusedStops()),
];

/** What is said eight days later, when nobody has signed the lists anew. */
export const lateStops = ({ numbers }: VerdictWorld): Stop[] => [
  {
    view: 'verify/report',
    state: 'list stale',
    verdict: 'could_not_check',
    path: `/v/${numbers.valid}`,
    says: ['verify:reasons.status.list-stale'],
  },
];
