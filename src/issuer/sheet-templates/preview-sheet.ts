import type { Language, Words } from '../../platform/i18n.ts';
import { createLimit } from '../../platform/pdf/limit.ts';
import type { CertificateDrawing } from '../certificate-drawing/certificate-drawing.ts';
import type { CertificateView } from '../certificate-drawing/certificate-view.ts';
import type { SheetTemplate } from './sheet-template.ts';

const longName =
  'Maria-Magdalena Wilhelmina Konstantinopoulou-Featherstonehaugh von und zu Hohenlohe-Waldenburg';
const longTitle =
  'Responding to breaches of personal data in hospitals, schools and public administrations of the European Union';
const sentence =
  'Knows the duties of those who answer for personal data, recognises a breach, says within seventy-two hours what has to be said to whom, and keeps a record by which an authority can follow every decision that was taken. ';

/** What templates are looked at with: data that real people bring, at its ends. */
export const sheetCases = {
  shortest: { holderName: 'Li', achievementName: 'Go' },
  longest: { holderName: longName, achievementName: longTitle, description: sentence.repeat(2).trim() },
  'long-title': { achievementName: longTitle },
  'single-name': { holderName: 'Sukarno' },
  diacritics: { holderName: 'Nguyễn Thị Ngọc Ánh Šťastná-Þórðardóttir' },
  greek: { holderName: 'Αικατερίνη Παπαδοπούλου', achievementName: 'Προστασία προσωπικών δεδομένων' },
  cyrillic: { holderName: 'Олександра Шевченко', achievementName: 'Захист персональних даних' },
  'with-end': { validUntil: new Date('2028-11-23T22:59:59Z') },
  'no-offline-code': { offlineCode: { kind: 'too-long' } },
} as const satisfies Record<string, Partial<CertificateView>>;
export type SheetCase = keyof typeof sheetCases;

type Deps = {
  drawing: Pick<CertificateDrawing, 'png'>;
  words(language: Language): Words;
  operator: { name: string; signatory: { name: string; title: Readonly<Record<Language, string>> } };
  baseUrl: string;
};

/** Drawings that stay in memory: a few matrices. */
const most = 80;
/** Nobody waits for a certificate because somebody looks at templates. */
const atOnce = 2;

/** Draws a case as a certificate would be drawn, by the same code; kept, since neither template nor case changes. */
export const createPreviewSheet = ({ drawing, words, operator, baseUrl }: Deps) => {
  const limit = createLimit(atOnce);
  const drawn = new Map<string, Promise<Uint8Array>>();

  const viewOf = ({ design }: SheetTemplate, name: SheetCase, language: Language): CertificateView => ({
    language,
    holderName: 'Zoé Šťastná',
    achievementName: words(language)('certificate:sample.title'),
    description: words(language)('certificate:sample.description'),
    awardedOn: new Date('2026-11-23T12:00:00Z'),
    issuedOn: new Date('2026-11-23T12:00:00Z'),
    assessment: words(language)('certificate:sample.assessment'),
    identifier: '0000 0000 0000 0000 0000 0000 0000',
    verificationUrl: `${baseUrl}/v/0000000000000000000000000000`,
    issuer: {
      name: operator.name,
      signatory: {
        name: (design.signatory ?? operator.signatory).name,
        title: (design.signatory ?? operator.signatory).title[language],
      },
    },
    design,
    ...sheetCases[name],
  });

  return (template: SheetTemplate, name: SheetCase, language: Language): Promise<Uint8Array> => {
    const key = `${template.id}@${template.version}:${name}:${language}`;
    const kept = drawn.get(key);
    if (kept !== undefined) return kept;
    const [oldest] = drawn.keys();
    if (drawn.size >= most && oldest !== undefined) drawn.delete(oldest);
    const picture = limit(() => drawing.png(viewOf(template, name, language), words(language)));
    drawn.set(key, picture);
    picture.catch(() => drawn.delete(key));
    return picture;
  };
};

export type PreviewSheet = ReturnType<typeof createPreviewSheet>;
