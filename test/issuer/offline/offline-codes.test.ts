import { expect } from 'chai';
import express, { type ErrorRequestHandler } from 'express';
import request from 'supertest';
import type { DomainError } from '../../../src/platform/errors.ts';
import { decodeCompact, type JsonObject } from '../../../src/vc/index.ts';
import { documentLoader } from '../../vc/sample.ts';
import { type IssuerProcess, type IssuerWorld, openIssuerWorld } from '../issuer-world.ts';

const notFoundHandler: ErrorRequestHandler = ({ kind }: DomainError, _request, response, _next) => {
  response.status(kind === 'not-found' ? 404 : 500).end();
};

describe('the code that verifies without network', () => {
  let world: IssuerWorld;
  let main: IssuerProcess;
  before(async () => {
    world = await openIssuerWorld();
    main = await world.process();
  });
  after(() => world.close());

  const issued = async (enrolmentId: string) => {
    const certificate = await main.issuer.issueCertificate(enrolmentId);
    if (certificate?.state !== 'valid' || certificate.offlineCode?.kind !== 'written')
      throw new Error('no code');
    return { certificate, text: certificate.offlineCode.text };
  };
  const tableOf = (id: number) => main.issuer.compactTable(id);

  it('is issued with the certificate: same address, issuer, dates and status entries', async () => {
    const { certificate, text } = await issued('one');
    const decoded = await decodeCompact(text, { tableOf, documentLoader });
    if (!decoded.ok) throw new Error(decoded.reason);
    const { document } = decoded;
    const full = certificate.credential;
    expect(document.id).to.equal(full.id);
    expect(document.issuer).to.equal((full.issuer as JsonObject).id);
    expect(document.validFrom).to.equal(full.validFrom);
    expect(document.name).to.equal(full.name);
    expect(document.credentialSubject).to.deep.equal({ name: certificate.holderName });
    const entries = (credential: JsonObject) =>
      [credential.credentialStatus].flat().map((entry) => {
        const { statusPurpose, statusListIndex, statusListCredential } = entry as JsonObject;
        return { statusPurpose, statusListIndex, statusListCredential };
      });
    expect(entries(document)).to.deep.equal(entries(full));
  });

  it('stays the same when issuing is repeated', async () => {
    const { certificate, text } = await issued('again');
    expect((await issued('again')).text).to.equal(text);
    expect((await issued('again')).certificate.identifier).to.equal(certificate.identifier);
  });

  it('verifies by the same checks, and is withdrawn with its certificate', async () => {
    const { certificate, text } = await issued('two');
    const report = await main.verifier.verify(text);
    expect(report.verdict).to.equal('verified');
    expect(report.facts).to.include({
      holderName: certificate.holderName,
      achievementName: certificate.wording.name,
    });
    await main.issuer.revoke({ identifier: certificate.identifier, by: 'staff-1', reason: 'fraud' });
    expect((await main.verifier.verify(text)).verdict).to.equal('not_valid');
  });

  it('is never good news for a text that was changed', async () => {
    const { text } = await issued('three');
    for (let at = 4; at < text.length; at += 23) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      const { verdict, facts } = await main.verifier.verify(changed);
      expect(verdict).to.be.oneOf(['unsupported_format', 'not_authentic', 'could_not_check']);
      expect(facts).to.equal(undefined);
    }
  });

  it('is forgotten with its holder', async () => {
    const { certificate } = await issued('four');
    await main.issuer.personalData.erase(String(certificate.accountId));
    const kept = await main.issuer.certificate(certificate.identifier);
    expect(kept).to.not.have.property('offlineCode');
    expect(kept?.state).to.equal('redacted');
  });

  it('is read with a published table that may be kept for ever', async () => {
    const app = express().use(main.issuer.tableRoutes).use(notFoundHandler);
    await issued('five');
    const [table] = (await main.issuer.published()).tables;
    const { body, headers } = await request(app)
      .get(`/offline/tables/${table?.registryEntryId}.json`)
      .expect(200);
    expect(body).to.deep.equal(table);
    expect(headers['cache-control']).to.include('immutable');
    expect(headers['access-control-allow-origin']).to.equal('*');
    for (const wrong of ['1.json', '2147483648.json', 'x.json', `${table?.registryEntryId}`])
      await request(app).get(`/offline/tables/${wrong}`).expect(404);
  });
});
