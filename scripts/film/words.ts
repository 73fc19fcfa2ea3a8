import type { Language } from '../../src/platform/i18n.ts';

type Both = Readonly<Record<Language, string>>;

/** What is to be seen: a card of words alone, a part of the sheet, or a screen of the product as a phone shows it. */
type Picture =
  | 'card'
  | 'sheet'
  | 'codes'
  | 'genuine'
  | 'checks'
  | 'altered'
  | 'difference'
  | 'revoked'
  | 'offline';

/**
 * One still of the film. `text` stands in the picture and is its caption, in lines as the caption breaks them; `seconds`
 * is long enough to read it twice.
 */
export type Scene = { picture: Picture; seconds: number; text: Both };

/** In the order of the film; each language is an original. */
export const scenes: readonly Scene[] = [
  {
    picture: 'card',
    seconds: 6,
    text: {
      en: 'From the QR code to the verdict.\nThis film has no sound.',
      fr: 'Du QR code au verdict.\nCe film est sans son.',
    },
  },
  {
    picture: 'sheet',
    seconds: 8,
    text: {
      en: 'The sheet carries a QR code.\nScan it with your own phone.',
      fr: 'La feuille porte un QR code.\nLisez-le avec votre téléphone.',
    },
  },
  {
    picture: 'codes',
    seconds: 9,
    text: {
      en: 'Read the address before opening it:\nis this domain the issuer’s own?',
      fr: 'Avant d’ouvrir, lisez l’adresse\u00a0: ce\ndomaine est-il celui de l’émetteur\u00a0?',
    },
  },
  {
    picture: 'genuine',
    seconds: 9,
    text: {
      en: 'Valid: issued by this issuer,\nand not withdrawn since.',
      fr: 'Valable\u00a0: délivré par cet émetteur,\net non retiré depuis.',
    },
  },
  {
    picture: 'checks',
    seconds: 8,
    text: {
      en: 'Further down, each check\nstands with its own result.',
      fr: 'Plus bas, chaque contrôle\na son propre résultat.',
    },
  },
  {
    picture: 'altered',
    seconds: 8,
    text: {
      en: 'In this PDF, a name was painted over.\nThe page is not valid.',
      fr: 'Dans ce PDF, un nom a été recouvert.\nLa page n’est pas valable.',
    },
  },
  {
    picture: 'difference',
    seconds: 9,
    text: {
      en: 'The reason stands below:\nthe name shown, the name issued.',
      fr: 'La raison est dite plus bas\u00a0:\nle nom affiché, le nom délivré.',
    },
  },
  {
    picture: 'revoked',
    seconds: 9,
    text: {
      en: 'Genuine, but withdrawn:\nthis one no longer holds.',
      fr: 'Authentique, mais retiré\u00a0:\ncelui-ci ne vaut plus.',
    },
  },
  {
    picture: 'offline',
    seconds: 9,
    text: {
      en: 'Without network, the verifier\nsays how old its lists are.',
      fr: 'Sans réseau, le vérificateur dit\nde quand datent ses listes.',
    },
  },
  {
    picture: 'card',
    seconds: 7,
    text: {
      en: 'Compare the name, note the date.\nThe decision stays yours.',
      fr: 'Comparez le nom, notez la date.\nLa décision reste la vôtre.',
    },
  },
];

/** What the bar above a screen says when there is no address: the verifier was opened from disk. */
export const offlineBar: Both = { en: 'A kept file, no network', fr: 'Fichier gardé, sans réseau' };
