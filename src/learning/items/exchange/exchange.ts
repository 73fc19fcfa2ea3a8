import type { Exported, ExportedItem } from './exported.ts';
import type { ExportFormat, ImportedFile, ImportFormat, ReadOptions } from './imported.ts';
import { readCsv } from './read-csv.ts';
import { readGift } from './read-gift.ts';
import { readMoodleXml } from './read-moodle-xml.ts';
import { writeCsv } from './write-csv.ts';
import { writeGift } from './write-gift.ts';
import { writeMoodleXml } from './write-moodle-xml.ts';
import { writeQti } from './write-qti.ts';

type Read = (bytes: Uint8Array, options: ReadOptions) => ImportedFile;
type Write = (items: readonly ExportedItem[]) => Exported;

const readers: Readonly<Record<ImportFormat, Read>> = {
  'moodle-xml': readMoodleXml,
  gift: readGift,
  csv: readCsv,
};
const writers: Readonly<Record<ExportFormat, Write>> = {
  'moodle-xml': writeMoodleXml,
  gift: writeGift,
  csv: writeCsv,
  qti3: writeQti,
};

/** Reads a file of another tool: every question with what becomes of it. Never throws for what is in the file. */
export const readQuestions = (format: ImportFormat, bytes: Uint8Array, options: ReadOptions): ImportedFile =>
  readers[format](bytes, options);

/** Writes questions for another tool, with a list of what its format cannot say. */
export const writeQuestions = (format: ExportFormat, items: readonly ExportedItem[]): Exported =>
  writers[format](items);
