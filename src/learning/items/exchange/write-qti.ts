import { strToU8, type Zippable, zipSync } from 'fflate';
import { type Language, languages } from '../../../platform/i18n.ts';
import type { Question } from '../question.ts';
import { languagesOf } from '../translations.ts';
import type { Exported, ExportedItem, Loss } from './exported.ts';
import { qtiItem } from './qti-item.ts';
import { xmlText } from './xml-text.ts';

/** 1EdTech QTI 3.0: one assessment item for each question and language, in a package with its manifest. */

type Packed = { id: string; path: string; xml: string };

const lossesOf = (question: Question): string[] => [
  ...('options' in question && question.options.some(({ feedback }) => feedback) ? ['feedback'] : []),
  ...(question.kind === 'order' && question.scoring === 'partial' ? ['becomes-whole'] : []),
  'tags',
];

/** Identifiers are XML names without colon. */
const identifier = (itemId: string, language: Language): string =>
  `i-${itemId.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}-${language}`;

/** Written in one language or both; a question that is complete in none is written in each it has a prompt in. */
const spokenIn = (question: Question): Language[] => {
  const complete = languagesOf(question);
  return complete.length > 0 ? complete : languages.filter((language) => question.prompt[language] !== '');
};

const packedOf = ({ itemId, question }: ExportedItem): Packed[] =>
  spokenIn(question).map((language) => {
    const id = identifier(itemId, language);
    return { id, path: `items/${id}.xml`, xml: qtiItem(question, { identifier: id, language }) };
  });

const manifest = (packed: readonly Packed[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="question-bank">',
    '  <metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>',
    '  <organizations/>',
    '  <resources>',
    ...packed.map(
      ({ id, path }) =>
        `    <resource identifier="${xmlText(id)}" type="imsqti_item_xmlv3p0" href="${xmlText(path)}"><file href="${xmlText(path)}"/></resource>`,
    ),
    '  </resources>',
    '</manifest>',
    '',
  ].join('\n');

export const writeQti = (items: readonly ExportedItem[]): Exported => {
  const packed = items.flatMap(packedOf);
  const files: Zippable = { 'imsmanifest.xml': strToU8(manifest(packed)) };
  for (const { path, xml } of packed) files[path] = strToU8(xml);
  // A fixed date, the first that ZIP knows: the same questions give the same bytes.
  const bytes = zipSync(files, { mtime: new Date(1980, 0, 1, 12) });
  const losses: Loss[] = items.flatMap(({ itemId, question }) =>
    lossesOf(question).map((code) => ({ itemId, code })),
  );
  return { bytes, type: 'application/zip', extension: 'zip', losses };
};
