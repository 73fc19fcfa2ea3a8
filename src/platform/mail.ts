import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import type { Config } from './config.ts';
import { writeFileSafely } from './files.ts';
import type { Language } from './i18n.ts';

/** One letter to one person. `key` becomes the Message-ID, so a repeated delivery is recognised as the same letter. */
export type Letter = {
  key: string;
  to: { name: string; address: string };
  language: Language;
  subject: string;
  text: string;
  html: string;
  attachments?: readonly { filename: string; content: Uint8Array; contentType: string }[];
  date: Date;
};

export type MailTransport = {
  description: string;
  /** @throws when the transport does not take the letter; the job that sends it tries again. */
  send(letter: Letter): Promise<void>;
};

const messageIdOf = (letter: Letter, from: string): string => {
  const host = /@([^>\s]+)/.exec(from)?.[1] ?? 'localhost';
  return `<${createHash('sha256').update(letter.key).digest('hex').slice(0, 40)}@${host}>`;
};

const envelope = (letter: Letter, from: string) => ({
  from,
  to: letter.to,
  subject: letter.subject,
  text: letter.text,
  html: letter.html,
  date: letter.date,
  messageId: messageIdOf(letter, from),
  headers: { 'Content-Language': letter.language, 'Auto-Submitted': 'auto-generated' },
  attachments: (letter.attachments ?? []).map(({ filename, content, contentType }) => ({
    filename,
    content: Buffer.from(content),
    contentType,
  })),
});

/** Letters as files: `<time>-<hash of the key>.eml`. The same letter twice is the same file. */
const createMailFolder = (dir: string, from: string): MailTransport => {
  const builder = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    description: `folder ${dir}`,
    send: async (letter) => {
      const { message } = await builder.sendMail(envelope(letter, from));
      const name = createHash('sha256').update(letter.key).digest('hex').slice(0, 16);
      const stamp = letter.date.toISOString().replaceAll(/[-:.]/g, '');
      await writeFileSafely(join(dir, `${stamp}-${name}.eml`), message as Buffer, 0o600);
    },
  };
};

const createSmtp = (url: string, from: string): MailTransport => {
  const transport = nodemailer.createTransport(url, { from });
  return {
    description: `smtp ${new URL(url).host}`,
    send: async (letter) => {
      await transport.sendMail(envelope(letter, from));
    },
  };
};

export const createMailTransport = (mail: Config['mail']): MailTransport =>
  mail.kind === 'folder' ? createMailFolder(mail.dir, mail.from) : createSmtp(mail.url, mail.from);

/** The letters of a mail folder, newest first, for the page `/dev/mail` and for tests. */
export const readMailFolder = async (dir: string): Promise<{ name: string; raw: Buffer }[]> => {
  const names = await readdir(dir).catch(() => []);
  const letters = names.filter((name) => name.endsWith('.eml')).sort((a, b) => (a < b ? 1 : -1));
  return Promise.all(letters.map(async (name) => ({ name, raw: await readFile(join(dir, name)) })));
};
