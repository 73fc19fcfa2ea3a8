import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Translations } from '../platform/i18n.ts';
import type { MailTransport } from '../platform/mail.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import { createTemplates } from '../platform/templates.ts';
import { createMailOutboxStore } from './mail-outbox-store.ts';
import { createPersonalData } from './personal-data.ts';
import { type ContactOf, createSendMessage, type MessageRequest } from './send-message.ts';

export type { MessageName } from './messages.ts';
export type { Contact, ContactOf, MessageContent, MessageRequest } from './send-message.ts';

type NotificationDeps = {
  connection: Connection;
  transport: MailTransport;
  translations: Translations;
  config: Pick<Config, 'baseUrl' | 'operator'>;
  contactOf: ContactOf;
  clock: Clock;
};

export type Notifications = {
  /** Sends one letter; a second request with the same key sends nothing. @throws when the transport refuses it. */
  send(request: MessageRequest): Promise<void>;
  personalData: PersonalDataProvider;
};

/** Writes letters in the reader's language and hands them to the mail transport. */
export const createNotifications = (deps: NotificationDeps): Notifications => {
  const { connection, transport, translations, contactOf, clock, config } = deps;
  const outbox = createMailOutboxStore(connection);
  const templates = createTemplates();
  const send = createSendMessage({
    outbox,
    transport,
    translations,
    contactOf,
    clock,
    operator: config.operator,
    baseUrl: config.baseUrl,
    templates: {
      html: templates.load(new URL('templates/letter.html.hbs', import.meta.url)),
      text: templates.load(new URL('templates/letter.text.hbs', import.meta.url)),
    },
  });
  return { send, personalData: createPersonalData(outbox) };
};
