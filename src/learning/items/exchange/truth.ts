import type { Localised } from '../../../platform/i18n.ts';
import type { ForeignText } from './foreign-text.ts';

/** What is chosen from where a file only says true or false. */
const truths: Readonly<Record<string, Localised>> = {
  true: { en: 'True', fr: 'Vrai' },
  false: { en: 'False', fr: 'Faux' },
};

export const truthText = (value: boolean): ForeignText => ({
  text: truths[String(value)] ?? { en: '', fr: '' },
  everywhere: true,
  faults: [],
  notes: [],
});
