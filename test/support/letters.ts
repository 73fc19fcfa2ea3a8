import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A letter of the mail folder: its header, and the words of its text. */
export type ReadLetter = { to: string; text: string };

const unquoted = (text: string): string => {
  const bytes = text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

/** A part of a message (RFC 2045); only text is decoded. */
const partText = (part: string): string => {
  const [head = '', ...rest] = part.split(/\r\n\r\n/);
  const body = rest.join('\r\n\r\n');
  if (!/content-type:\s*text\/plain/i.test(head)) return '';
  if (/encoding:\s*base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  return /encoding:\s*quoted-printable/i.test(head) ? unquoted(body) : body;
};

const readLetter = (raw: string): ReadLetter => ({
  to: /^to:(.*(?:\r?\n[ \t].*)*)$/im.exec(raw)?.[1]?.trim() ?? '',
  text: [raw, ...raw.split(/^--[^\r\n]+\r\n/m).slice(1)].map(partText).join('\n'),
});

/** Every letter of the folder, newest first. */
export const readLetters = async (dir: string): Promise<ReadLetter[]> => {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(
    names.reverse().map(async (name) => readLetter(await readFile(join(dir, name), 'latin1'))),
  );
};

/** The path of the newest link of this kind that was sent to the address. Waits for the letter. */
export const linkInLetter = async (dir: string, address: string, kind: RegExp): Promise<string> => {
  for (let waited = 0; waited < 200; waited += 1) {
    const letters = (await readLetters(dir)).filter(({ to }) => to.includes(address));
    const links = letters.flatMap(({ text }) => text.match(/https?:\/\/[^\s<>"]+/g) ?? []);
    const link = links.find((one) => kind.test(one));
    if (link) return new URL(link).pathname;
    await delay(50);
  }
  throw new Error(`no letter with ${kind} came to ${address}`);
};
