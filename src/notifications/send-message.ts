import type { Clock } from '../platform/clock.ts';
import type { Language, Translations, WordParams } from '../platform/i18n.ts';
import type { Letter, MailTransport } from '../platform/mail.ts';
import type { Template } from '../platform/templates.ts';
import type { MailOutboxStore } from './mail-outbox-store.ts';
import { type MessageName, messages } from './messages.ts';

export type Contact = { email: string; name: string; language: Language };
/** Asks accounts where a person is written to; nothing when the account is gone. */
export type ContactOf = (accountId: string) => Promise<Contact | undefined>;

/** What varies in a letter. `path` is the page behind its one link, without the language. */
export type MessageContent = {
  params?: WordParams;
  path?: string;
  attachments?: Letter['attachments'];
};

export type MessageRequest = {
  message: MessageName;
  /** One letter per key, however often it is asked for. An event's id does well. */
  key: string;
  to: { accountId: string } | Contact;
  /** Made when the letter is written, in its language, so that secrets such as links never wait in a queue. */
  content?: (language: Language) => Promise<MessageContent>;
};

type SendDeps = {
  outbox: MailOutboxStore;
  transport: MailTransport;
  templates: { html: Template; text: Template };
  translations: Translations;
  contactOf: ContactOf;
  operator: { name: string; email: string; address: string };
  baseUrl: string;
  clock: Clock;
};

/**
 * Writes and sends one letter, at least once and as a rule exactly once: a repetition carries the same Message-ID.
 * @throws when the transport refuses; the job tries again.
 */
export const createSendMessage = (deps: SendDeps) => {
  const compose = (request: MessageRequest, contact: Contact, content: MessageContent): Letter => {
    const words = deps.translations.words(contact.language);
    const shape = messages[request.message];
    const params = { name: contact.name, operator: deps.operator.name, ...content.params };
    const say = (part: string): string => words(`mail:${request.message}.${part}`, params);
    const paragraph = (_: unknown, index: number): string => say(`p${index + 1}`);
    const all = Array.from({ length: shape.paragraphs + shape.after }, paragraph);
    // A paragraph that is a single place may have nothing to say this time.
    const said = (texts: readonly string[]): string[] => texts.filter((text) => text !== '');
    const view = {
      subject: say('subject'),
      greeting: words('mail:greeting', params),
      before: said(all.slice(0, shape.paragraphs)),
      after: said(all.slice(shape.paragraphs)),
      action: shape.action
        ? { label: say('action'), url: `${deps.baseUrl}/${contact.language}${content.path ?? ''}` }
        : undefined,
      operator: deps.operator,
      baseUrl: deps.baseUrl,
    };
    return {
      key: request.key,
      to: { name: contact.name, address: contact.email },
      language: contact.language,
      subject: view.subject,
      html: deps.templates.html(words, view),
      text: deps.templates.text(words, view),
      date: deps.clock.now(),
      ...(content.attachments ? { attachments: content.attachments } : {}),
    };
  };

  return async (request: MessageRequest): Promise<void> => {
    const accountId = 'accountId' in request.to ? request.to.accountId : undefined;
    const contact = 'accountId' in request.to ? await deps.contactOf(request.to.accountId) : request.to;
    if (!contact) return;
    if (!(await deps.outbox.queue(request.key, request.message, accountId, deps.clock.now()))) return;
    const content = (await request.content?.(contact.language)) ?? {};
    await deps.transport.send(compose(request, contact, content));
    await deps.outbox.sent(request.key, deps.clock.now());
  };
};
