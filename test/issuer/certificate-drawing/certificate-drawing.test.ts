import { expect } from 'chai';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { createCertificateDrawing } from '../../../src/issuer/certificate-drawing/certificate-drawing.ts';
import type { CertificateView } from '../../../src/issuer/certificate-drawing/certificate-view.ts';
import { createFonts } from '../../../src/platform/fonts/index.ts';
import { createTranslations } from '../../../src/platform/i18n.ts';
import { readAttachments } from '../../../src/platform/pdf/index.ts';
import { createTemplates } from '../../../src/platform/templates.ts';
import { findCodes } from '../../../src/web/offline/page/find-codes.ts';
import { inspect } from '../../support/drawing.ts';
import { holdPrinter } from '../../support/shared-printer.ts';

const translations = createTranslations(new URL('../../../src/locales/', import.meta.url));
const english: CertificateView = {
  language: 'en',
  holderName: 'Eleanor Whitfield',
  achievementName: 'Protecting personal data at work',
  description: 'Recognises personal data and reacts correctly to a data breach.',
  awardedOn: new Date('2026-11-23T10:00:00Z'),
  assessment: 'Assessed by a test of 20 questions drawn from a bank of 48.',
  identifier: 'Q7M2 4XKP 9D3T VBN8 H5RC 1WZF 6GJA',
  verificationUrl: 'https://certification.jinfo.example/v/Q7M24XKP9D3TVBN8H5RC1WZF6GJA',
  issuer: { name: 'JINFO Certification', signatory: { name: 'Camille Renard', title: 'Registrar' } },
  issuedOn: new Date('2026-11-23T10:01:00Z'),
};
const french: CertificateView = {
  ...english,
  language: 'fr',
  holderName: 'Amélie d’Aubigné',
  achievementName: 'Protéger les données personnelles au travail',
  awardedOn: new Date('2026-12-01T10:00:00Z'),
  validUntil: new Date('2029-12-01T10:00:00Z'),
  workload: '7 heures de formation',
};
const credential = Buffer.from('{"type":["VerifiableCredential"]}');
const long =
  'Juan Carlos Alfonso Víctor María de Borbón y Borbón-Dos Sicilias González de Mendoza y Fernández Cid';
const longTitle =
  'Administration avancée des systèmes d’information répartis, continuité d’activité et conduite de la réponse aux incidents';
const longText =
  'Reconnaître une donnée personnelle, appliquer le règlement dans les tâches de tous les jours. '.repeat(5);
const names = [
  'Ó',
  'Maximiliana Featherstonhaug',
  'Marie-Antoinette Joséphine de La Rochefoucauld-Montmorency-Bel',
  long,
  'W'.repeat(100),
  'Ελένη Παπαδοπούλου-Χριστοδούλου',
  'Юлія Олександрівна Їжакевич',
  'Nguyễn Thị Phương Thảo',
  'Świętosława Żółkiewska-Łącka',
  "O'Connor-D’Arcy",
];

const printer = holdPrinter();
const drawing = createCertificateDrawing({ printer, fonts: createFonts(), templates: createTemplates() });
const wordsOf = (view: CertificateView) => translations.words(view.language);
const pdfOf = (view: CertificateView) => drawing.pdf(view, wordsOf(view), credential);
const pngOf = (view: CertificateView) => drawing.png(view, wordsOf(view));
const htmlOf = (view: CertificateView) => drawing.html(view, wordsOf(view));

/** Whether anything but white lies in a part of the picture, given in millimetres of the page. */
const inkIn = (png: PNG, [left, top, right, bottom]: [number, number, number, number]): boolean => {
  const scale = 1600 / 297;
  for (let y = Math.ceil(top * scale); y < bottom * scale; y += 1) {
    for (let x = Math.ceil(left * scale); x < right * scale; x += 1) {
      if ((png.data[(y * png.width + x) * 4 + 1] ?? 255) < 250) return true;
    }
  }
  return false;
};

/** As a tired office copier makes it: grey, and black no longer quite black. */
const greyed = (data: Uint8ClampedArray): void => {
  for (let i = 0; i < data.length; i += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(i, i + 3);
    data.fill(40 + 0.8 * (0.3 * red + 0.59 * green + 0.11 * blue), i, i + 3);
  }
};

describe('the certificate', () => {
  after(() => printer.close());

  for (const view of [english, french]) {
    it(`is one tagged A4 page with title, language and alternative text (${view.language})`, async () => {
      const found = await inspect(await pdfOf(view));
      expect(found).to.include({
        pages: 1,
        language: view.language,
        tagged: true,
        marked: true,
        showsTitle: true,
      });
      expect(found.title).to.contain(view.holderName).and.contain(view.achievementName);
      expect(found.size.width).to.be.closeTo(841.9, 1);
      expect(found.size.height).to.be.closeTo(595.3, 1);
      expect(found.roles).to.include.members(['/H1', '/H2', '/P', '/Figure', '/Link']);
      expect(found.alternatives).to.deep.equal([
        wordsOf(view)('certificate:qr', { url: view.verificationUrl }),
      ]);
    });
  }

  it('embeds every font it uses, and only those of the house', async () => {
    for (const holderName of ['Ελένη Ö', 'Юлія Ő', 'Nguyễn Thị']) {
      const { embeddedFonts, fontNames } = await inspect(await pdfOf({ ...french, holderName }));
      expect(embeddedFonts).to.not.include(false);
      expect(fontNames.length).to.be.at.least(4);
      for (const name of fontNames) expect(name).to.match(/Source(Serif4|Sans3|CodePro)/);
    }
  });

  it('carries the signed credential, byte for byte, as its source', async () => {
    const pdf = await pdfOf(english);
    const found = await readAttachments(pdf);
    expect(found.map(({ name }) => name)).to.deep.equal(['credential.json']);
    expect(Buffer.from(found[0]!.bytes).equals(credential)).to.equal(true);
    expect((await inspect(pdf)).associated).to.deep.equal(['credential.json /Source']);
  });

  it('is the same, byte for byte, each time it is drawn', async () => {
    const [first, picture] = [await pdfOf(english), await pngOf(english)];
    await pdfOf(french);
    expect(Buffer.compare(first, await pdfOf(english))).to.equal(0);
    expect(Buffer.compare(picture, await pngOf(english))).to.equal(0);
    expect(Buffer.compare(first, await pdfOf({ ...english, holderName: 'Eleanor Whitfeld' }))).to.not.equal(
      0,
    );
  });

  it('has a code that leads to the verification page', async () => {
    const png = PNG.sync.read(Buffer.from(await pngOf(french)));
    expect([png.width, png.height]).to.deep.equal([1600, 1131]);
    const read = jsQR.default(new Uint8ClampedArray(png.data), png.width, png.height);
    expect(read?.data).to.equal(french.verificationUrl);
  });

  /** A text of the length that a code of this kind may have at most, and of the usual one. */
  const codeOf = (length: number): string => {
    const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
    return `JC1:${Array.from({ length: length - 4 }, (_, i) => letters[(i * i * 7 + i * 13) % 45]).join('')}`;
  };

  it('has two codes that an independent decoder reads below 150 dpi, in colour and grey, also under the longest texts', async () => {
    const longest = { ...french, holderName: long, achievementName: longTitle, description: longText };
    const sheets = [
      { view: english, length: 273, tones: ['grey'] },
      { view: longest, length: 483, tones: ['colour', 'grey'] },
    ];
    for (const { view, length, tones } of sheets) {
      const text = codeOf(length);
      const drawn = await pngOf({ ...view, offlineCode: { kind: 'written', text } });
      for (const tone of tones) {
        const { data, width, height } = PNG.sync.read(Buffer.from(drawn));
        const picture = { data: new Uint8ClampedArray(data), width, height };
        if (tone === 'grey') greyed(picture.data);
        const found = findCodes(picture, (texts) => texts.length === 2);
        expect(found, tone).to.have.members([view.verificationUrl, text]);
      }
    }
  });

  it('says what each code does, and when name and title left no room for the second', async () => {
    const offlineCode = { kind: 'written', text: codeOf(300) } as const;
    const words = wordsOf(french);
    expect((await inspect(await pdfOf({ ...french, offlineCode }))).alternatives).to.deep.equal([
      words('certificate:qr', { url: french.verificationUrl }),
      words('certificate:qr-offline'),
    ]);
    expect(htmlOf({ ...french, offlineCode })).to.contain('vérifiable hors connexion');
    expect(htmlOf({ ...english, offlineCode })).to.contain('verifies without network');
    const without = htmlOf({ ...english, offlineCode: { kind: 'too-long' } });
    expect(without).to.contain('no room for a code').and.not.contain('verifies without network</p>');
  });

  for (const holderName of names) {
    it(`sets ${holderName.slice(0, 40)} (${[...holderName].length}) inside its margins, on one page`, async () => {
      const view = { ...french, holderName };
      expect((await inspect(await pdfOf(view))).pages).to.equal(1);
      const png = PNG.sync.read(Buffer.from(await pngOf(view)));
      expect(inkIn(png, [16, 45, 28, 150]), 'left margin').to.equal(false);
      expect(inkIn(png, [269, 45, 281, 150]), 'right margin').to.equal(false);
      expect(inkIn(png, [35, 55, 260, 110]), 'the name').to.equal(true);
    });
  }

  it('shrinks a long name before it wraps it', () => {
    const styleOf = (holderName: string) => {
      const [, size = '', text = ''] =
        /class="holder lines" style="font-size:([\d.]+)pt">(.*?)<\/p>/.exec(
          htmlOf({ ...english, holderName }),
        ) ?? [];
      return { size: Number(size), lines: text.split('<br>').length };
    };
    expect(styleOf('Ann Lee')).to.deep.equal({ size: 42, lines: 1 });
    const longer = styleOf('Maximiliana Featherstonhaugh-Cholmondeley');
    expect(longer.lines).to.equal(1);
    expect(longer.size).to.be.within(25, 41);
    const longest = styleOf(long);
    expect(longest.lines).to.equal(2);
    expect(longest.size).to.be.within(19, 30);
  });

  it('keeps long titles and descriptions off the foot of the page', async () => {
    const view = {
      ...french,
      holderName: long,
      achievementName: longTitle,
      description: longText,
    };
    const png = PNG.sync.read(Buffer.from(await pngOf(view)));
    expect((await inspect(await pdfOf(view))).pages).to.equal(1);
    // A clear strip above the foot, and another below the name of the operator.
    expect(inkIn(png, [30, 159.5, 267, 161])).to.equal(false);
    expect(inkIn(png, [30, 43.8, 267, 45])).to.equal(false);
  });

  it('writes dates as people do in each language', () => {
    expect(htmlOf(english)).to.contain('Awarded on 23\u00a0November\u00a02026');
    expect(htmlOf(french)).to.contain('Délivré le 1er\u00a0décembre\u00a02026');
    expect(htmlOf(french)).to.contain('valable jusqu’au 1er\u00a0décembre\u00a02029');
    expect(htmlOf(english)).to.not.contain('until');
  });

  it('draws a name that looks like markup as the letters it is', async () => {
    const html = htmlOf({
      ...english,
      holderName: '<script>alert(1)</script>',
      achievementName: '"><img src=x>',
    });
    expect(html).to.not.match(/<script|<img/);
  });
});
