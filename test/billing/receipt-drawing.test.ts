import { expect } from 'chai';
import { createReceiptDrawing, type PrintedReceipt } from '../../src/billing/invoices/receipt-drawing.ts';
import { createFonts } from '../../src/platform/fonts/index.ts';
import { createTranslations } from '../../src/platform/i18n.ts';
import { createTemplates } from '../../src/platform/templates.ts';
import { inspect, recording } from '../support/drawing.ts';
import { holdPrinter } from '../support/shared-printer.ts';

const receipt: PrintedReceipt = {
  number: 'R-2026-000042',
  kind: 'receipt',
  orderId: '01HQ8Z6W2M9X4T',
  language: 'fr',
  issuedAt: new Date('2026-11-23T10:00:00Z'),
  settledAt: new Date('2026-11-22T09:58:00Z'),
  method: 'stripe',
  seller: {
    name: 'JINFO Certification',
    legalName: 'JINFO Certification SAS',
    address: '1 rue de la Démonstration\n75000 Paris',
    country: 'FR',
    email: 'contact@jinfo.example',
    siren: '123 456 789',
    vatId: 'FR12123456789',
  },
  buyer: {
    name: 'Amélie d’Aubigné',
    company: 'Hôpital <Saint-Cœur>',
    address: '12 bis, bd des Œillets\n69003 Lyon',
    country: 'FR',
  },
  lines: [
    {
      title: { fr: 'Vérifier une attestation', en: 'Verifying credentials' },
      quantity: 1,
      netMinor: 104083,
      vatRate: 20,
      grossMinor: 124900,
    },
    {
      title: { fr: 'Guide imprimé', en: 'Printed guide' },
      quantity: 1,
      netMinor: 1185,
      vatRate: 5.5,
      grossMinor: 1250,
    },
  ],
  currency: 'EUR',
  vat: [
    { rate: 20, netMinor: 104083, vatMinor: 20817, grossMinor: 124900 },
    { rate: 5.5, netMinor: 1185, vatMinor: 65, grossMinor: 1250 },
  ],
  totals: { netMinor: 105268, vatMinor: 20882, grossMinor: 126150 },
  mentions: [{ fr: 'Mention légale.', en: 'Legal mention.' }],
};

const translations = createTranslations(new URL('../../src/locales/', import.meta.url));
const real = holdPrinter();
const { printer, bodies } = recording(real);
const draw = createReceiptDrawing({
  printer,
  fonts: createFonts(),
  templates: createTemplates(),
  words: translations.words,
});
/** The words on the page, spaces of every width made plain. */
const printed = async (document: PrintedReceipt): Promise<string> => {
  await draw(document);
  return (bodies.at(-1) ?? '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
};

describe('the drawn receipt', () => {
  after(() => real.close());

  it('is a tagged A4 page with headings, tables, title and language', async () => {
    const found = await inspect(await draw(receipt));
    expect(found).to.include({
      pages: 1,
      title: 'Reçu R-2026-000042',
      language: 'fr',
      tagged: true,
      marked: true,
    });
    expect(found.roles).to.include.members(['/H1', '/H2', '/Table', '/TH', '/TD']);
    expect(found.embeddedFonts).to.not.include(false);
    expect(found.size.height).to.be.closeTo(841.9, 1);
  });

  it('says who sold what to whom, at which VAT, and that it is paid', async () => {
    const text = await printed(receipt);
    for (const part of [
      'R-2026-000042',
      '23 novembre 2026',
      'Payé le 22 novembre 2026',
      'Carte bancaire',
      'JINFO Certification SAS 1 rue de la Démonstration 75000 Paris France',
      'FR12123456789',
      'Hôpital &lt;Saint-Cœur&gt; Amélie d’Aubigné 12 bis, bd des Œillets 69003 Lyon France',
      'Vérifier une attestation 1 20 % 1 040,83 € 1 249,00 €',
      'Guide imprimé 1 5,5 % 11,85 € 12,50 €',
      '5,5 % 11,85 € 0,65 €',
      'Total HT 1 052,68 €',
      'Total TVA 208,82 €',
      'Total TTC payé 1 261,50 €',
      'Acquitté le 22 novembre 2026.',
      'Mention légale.',
    ]) {
      expect(text).to.contain(part);
    }
  });

  it('is as complete in English', async () => {
    const text = await printed({ ...receipt, language: 'en' });
    expect(text).to.contain('Verifying credentials 1 20% €1,040.83 €1,249.00');
    expect(text).to.contain('Total paid €1,261.50').and.contain('Legal mention.');
    expect(text).to.not.match(/TVA|Reçu|Payé/);
  });

  it('names the receipt that a credit note cancels', async () => {
    const note: PrintedReceipt = {
      ...receipt,
      kind: 'credit-note',
      number: 'A-2026-000001',
      corrects: { number: 'R-2026-000042', issuedAt: receipt.issuedAt },
    };
    const text = await printed(note);
    expect(text)
      .to.contain('Reçu R-2026-000042 du 23 novembre 2026')
      .and.contain('Total TTC remboursé 1 261,50 €');
    expect(text).to.not.contain('Acquitté');
    expect((await inspect(await draw(note))).title).to.equal('Avoir A-2026-000001');
  });

  it('writes amounts of a currency without cents as whole numbers', async () => {
    const whole = await printed({
      ...receipt,
      currency: 'XOF',
      totals: { netMinor: 900, vatMinor: 100, grossMinor: 1000 },
    });
    expect(whole).to.match(/Total TTC payé 1 000 F\s?CFA/);
  });

  it('leaves out what a private buyer of a small seller has not', async () => {
    const { siren: _siren, vatId: _vatId, ...seller } = receipt.seller;
    const text = await printed({ ...receipt, seller, buyer: { name: 'Zoé', country: 'BE' } });
    expect(text)
      .to.contain('Zoé Belgique')
      .and.not.match(/SIREN|N° de TVA|undefined/);
  });

  it('goes on over several pages when much was bought', async () => {
    const line = receipt.lines[0]!;
    const { pages } = await inspect(
      await draw({ ...receipt, lines: Array.from({ length: 60 }, () => line) }),
    );
    expect(pages).to.be.within(2, 4);
  });

  it('is the same, byte for byte, each time it is drawn', async () => {
    expect(Buffer.compare(await draw(receipt), await draw(receipt))).to.equal(0);
  });
});
