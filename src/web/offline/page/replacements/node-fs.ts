/** The files that the checks and the words are read from, as they were when the page was made. */
import files from './shipped-files.ts';

const pathOf = (url: URL | string): string => new URL(String(url), 'file:///').pathname;

export const readFileSync = (url: URL | string, encoding?: 'utf8'): Buffer | string => {
  const text = files[pathOf(url)];
  if (text === undefined) throw new Error(`not on board: ${pathOf(url)}`);
  return encoding ? text : Buffer.from(text, 'utf8');
};

export const readdirSync = (url: URL | string): string[] => {
  const folder = pathOf(url);
  return Object.keys(files)
    .filter((path) => path.startsWith(folder))
    .map((path) => path.slice(folder.length));
};
