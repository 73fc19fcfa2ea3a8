import type { CredentialIssuer } from '../../issuer/index.ts';
import type { Config } from '../../platform/config.ts';
import type { Translations } from '../../platform/i18n.ts';
import { type Random, token } from '../../platform/random.ts';
import type { JsonObject } from '../../vc/index.ts';
import { receiptPath } from '../../verifier/index.ts';
import type { BulkCheck } from '../bulk/bulk-check.ts';
import { composeReceipt } from './compose-receipt.ts';

type Deps = {
  issuing: Pick<CredentialIssuer, 'did' | 'sign'>;
  config: Pick<Config, 'baseUrl' | 'operator'>;
  translations: Pick<Translations, 'words'>;
  random: Random;
};

/** Composes the receipt of a check and has the issuer sign it. @throws DomainError `issuing-unavailable` */
export const createSignReceipt =
  ({ issuing, config, translations, random }: Deps) =>
  (check: BulkCheck, at: Date): Promise<JsonObject> => {
    const { baseUrl, operator } = config;
    const receipt = composeReceipt(check, {
      id: `${baseUrl}${receiptPath}${token(random, 16)}`,
      issuer: { did: issuing.did(), name: operator.name, url: baseUrl },
      at,
      words: translations.words(check.language),
    });
    // Nothing happens to a receipt afterwards: it has no place on a status list.
    return issuing.sign(receipt, { securedAs: ['eddsa-rdfc-2022'], entries: [], created: at });
  };
