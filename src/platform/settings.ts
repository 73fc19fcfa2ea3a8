import { z } from 'zod';

/** Settings stand on pages, receipts and in signed credentials. */
const line = z
  .string()
  .trim()
  .min(1)
  .regex(/^\P{Cc}*$/u, 'must hold no tabs, line ends or control characters');
const text = (doc: string) => line.optional().describe(doc);
const port = z.coerce.number().int().min(0).max(65535);

/** Every variable the product reads, with what it means. An empty variable counts as not set. */
export const settings = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('`production` refuses sample secrets, sample keys, simulated payments and the demo people.'),
  PORT: port.default(3000).describe('Port to listen on.'),
  HOST: text('Address to listen on. Default: 127.0.0.1, in production every address.'),
  BASE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Public origin, e.g. https://certificates.example. Default: http://localhost:<PORT>.'),
  TRUST_PROXY: z.coerce
    .number()
    .int()
    .min(0)
    .max(5)
    .default(0)
    .describe('How many reverse proxies stand in front; their X-Forwarded-For is believed.'),
  TLS_CERT_FILE: text('PEM certificate chain; with TLS_KEY_FILE the service speaks HTTPS itself.'),
  TLS_KEY_FILE: text('PEM private key of TLS_CERT_FILE.'),
  DATA_DIR: z.string().default('./var').describe('Where everything of this installation is kept.'),
  CACHE_DIR: text('Folder for things that can be fetched again. Default: the cache folder of the user.'),
  CONTENT_DIR: z.string().default('./content').describe('Courses and price list as files.'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//)
    .optional()
    .describe('MongoDB 7 or newer. Default: an embedded engine on DATA_DIR/db.'),
  MAIL_URL: z
    .string()
    .regex(/^smtps?:\/\//)
    .optional()
    .describe('smtp://user:password@host:port. Default: files in DATA_DIR/mail.'),
  MAIL_FROM: text('Sender of the mails, e.g. "JINFO Certification <no-reply@example.org>".'),
  ISSUER_KEYS_DIR: text('Folder of the issuer keys (mode 0600). Default: DATA_DIR/keys.'),
  SESSION_SECRET: text(
    'Signs session cookies; several, separated by commas, for rotation. Default: made and kept in DATA_DIR.',
  ),
  PAYMENTS: z
    .enum(['simulated', 'stripe', 'none'])
    .optional()
    .describe(
      'Card payments. Default: stripe when STRIPE_SECRET_KEY is set, otherwise simulated (production: none).',
    ),
  STRIPE_SECRET_KEY: text('Secret key of the Stripe account.'),
  STRIPE_WEBHOOK_SECRETS: text(
    'Signing secrets of the webhook endpoint, separated by commas (two while rotating).',
  ),
  STRIPE_API_BASE: z
    .url()
    .optional()
    .describe('Another address of the Stripe API, for stand-ins on loopback. Refused in production.'),
  TRANSFER_IBAN: text('Account for payment by bank transfer; with TRANSFER_BIC and TRANSFER_HOLDER.'),
  TRANSFER_BIC: text('BIC of TRANSFER_IBAN.'),
  TRANSFER_HOLDER: text('Holder of TRANSFER_IBAN.'),
  OPERATOR_NAME: line
    .default('JINFO Certification')
    .describe('Name of the issuer, on pages and certificates.'),
  OPERATOR_LEGAL_NAME: text('Legal name on receipts. Default: OPERATOR_NAME.'),
  OPERATOR_ADDRESS: text('Postal address on receipts and in the privacy policy; parts separated by commas.'),
  OPERATOR_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('FR')
    .describe('Country of the operator (ISO 3166-1 alpha-2).'),
  OPERATOR_SIREN: text('Company number on receipts.'),
  OPERATOR_VAT_ID: text('VAT number on receipts; without it receipts carry the franchise mention.'),
  OPERATOR_EMAIL: z.email().optional().describe('Where people write to the operator.'),
  PRIVACY_EMAIL: z
    .email()
    .optional()
    .describe('Where people write about their data. Default: OPERATOR_EMAIL.'),
  SIGNATORY_NAME: text('Who signs certificates.'),
  SIGNATORY_TITLE: text('The title of SIGNATORY_NAME.'),
  SIGNATORY_TITLE_FR: text('The same in French. Default: SIGNATORY_TITLE.'),
  CHROME_PATH: text(
    'Chrome or Chromium for the PDFs. Default: an installed one, else the one shipped with the product.',
  ),
  BROWSER_SANDBOX: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      '`off` in containers whose engine forbids Chromium its sandbox. It draws only our own pages, offline.',
    ),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('How much is logged.'),
  RATE_LIMITS: z
    .enum(['standard', 'relaxed'])
    .default('standard')
    .describe('`relaxed` is for load tests and demonstrations on one address. Refused in production.'),
  SEED: z
    .enum(['demo', 'catalogue'])
    .optional()
    .describe(
      'What an empty database is given. Default: demo people too; in production the catalogue alone.',
    ),
  WORKER: z.enum(['inside', 'off']).default('inside').describe('`off` when `npm run worker` runs beside.'),
});

export type Settings = z.infer<typeof settings>;
