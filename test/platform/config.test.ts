import { expect } from 'chai';
import { type Config, ConfigError, readConfig } from '../../src/platform/config.ts';

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

const named = (environment: Record<string, string>): string[] =>
  faultsOf(environment).map((fault) => fault.split(/[: ]/)[0] ?? '');

const production = {
  NODE_ENV: 'production',
  BASE_URL: 'https://certificates.example.org',
  SESSION_SECRET: 'kT4vQ8sLx2Zb9Wn6Rj3Hy7Cm5Fd1Gp0A',
  OPERATOR_ADDRESS: '1 rue de la Paix, 75002 Paris',
  OPERATOR_SIREN: '123456789',
  OPERATOR_EMAIL: 'contact@example.org',
  SIGNATORY_NAME: 'Camille Renard',
  MAIL_FROM: 'Certification <no-reply@example.org>',
};

describe('Settings', () => {
  it('have a working value each when nothing is set', () => {
    const config: Config = readConfig({});
    expect(config).to.include({
      production: false,
      port: 3000,
      baseUrl: 'http://localhost:3000',
      host: '127.0.0.1',
    });
    expect(config.database.kind).to.equal('embedded');
    expect(config.mail.kind).to.equal('folder');
    expect(config.payments).to.deep.equal({ kind: 'simulated' });
    expect(Object.isFrozen(config)).to.equal(true);
  });

  it('count as not set when empty', () => {
    expect(readConfig({ PORT: '', BASE_URL: ' ' }).port).to.equal(3000);
  });

  it('are refused all at once, those that contradict each other too', () => {
    const wrong = {
      PORT: 'abc',
      BASE_URL: 'ftp://x',
      TLS_CERT_FILE: '/nowhere',
      MONGODB_URI: 'mysql://x',
      PAYMENTS: 'stripe',
    };
    expect(named(wrong)).to.have.members([
      'PORT',
      'BASE_URL',
      'MONGODB_URI',
      'TLS_CERT_FILE',
      'TLS_CERT_FILE',
      'STRIPE_SECRET_KEY',
    ]);
  });

  it('say with each fault what the variable means', () => {
    expect(faultsOf({ PORT: '70000' })[0]).to.match(/^PORT: .*Port to listen on/);
  });

  it('for production are complete with what operations.md lists', () => {
    expect(faultsOf(production)).to.deep.equal([]);
    expect(readConfig(production)).to.include({ production: true, host: '::', seed: 'catalogue' });
    expect(readConfig(production).payments.kind).to.equal('none');
  });

  it('for production refuse everything that is only for trying out', () => {
    const trying = {
      ...production,
      BASE_URL: 'http://certificates.example.org',
      SESSION_SECRET: 'change-me',
      PAYMENTS: 'simulated',
      SEED: 'demo',
      RATE_LIMITS: 'relaxed',
      STRIPE_API_BASE: 'http://127.0.0.1:4000',
      TRANSFER_IBAN: 'FR76 3000 6000 0112 3456 7890 189',
      TRANSFER_BIC: 'AGRIFRPP',
      TRANSFER_HOLDER: 'x',
    };
    expect(named(trying)).to.have.members([
      'BASE_URL',
      'SESSION_SECRET',
      'PAYMENTS',
      'SEED',
      'RATE_LIMITS',
      'STRIPE_API_BASE',
      'TRANSFER_IBAN',
    ]);
    expect(named({ NODE_ENV: 'production' })).to.include.members([
      'BASE_URL',
      'SESSION_SECRET',
      'OPERATOR_SIREN',
    ]);
  });

  it('for production refuse a test key of the payment provider', () => {
    const stripe = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1,whsec_2' };
    expect(named({ ...production, ...stripe })).to.deep.equal(['STRIPE_SECRET_KEY']);
    const restricted = { ...stripe, STRIPE_SECRET_KEY: 'rk_test_1' };
    expect(named({ ...production, ...restricted })).to.deep.equal(['STRIPE_SECRET_KEY']);
    const live = readConfig({ ...production, ...stripe, STRIPE_SECRET_KEY: 'sk_live_1' });
    expect(live.payments).to.deep.include({ kind: 'stripe', webhookSecrets: ['whsec_1', 'whsec_2'] });
  });
});
