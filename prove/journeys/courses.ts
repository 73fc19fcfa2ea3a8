/** The courses of the path that is followed, in its order. */
export const [first, second, third] = [
  'protecting-personal-data',
  'responding-to-breaches',
  'verifying-credentials',
] as const;
/** What they and their path are called. */
export const titles = {
  path: { en: 'Data protection contact', fr: 'Référent protection des données' },
  [first]: { en: 'Protecting personal data at work', fr: 'Protéger les données personnelles au travail' },
  [second]: {
    en: 'Responding to a personal data breach',
    fr: 'Réagir à une violation de données personnelles',
  },
  [third]: {
    en: 'Verifying diplomas and digital credentials',
    fr: 'Vérifier diplômes et attestations numériques',
  },
} as const;
