import { expect } from 'chai';
import request from 'supertest';
import { securityHeaders } from '../../../src/platform/http/security-headers.ts';
import { tinyApp } from './support.ts';

const headersOf = async (https: boolean, formTargets: readonly string[] = []) => {
  const app = tinyApp([
    securityHeaders({ https, formTargets }),
    (_request, response) => void response.json('fine'),
  ]);
  return (await request(app).get('/en/x')).headers as Record<string, string>;
};

describe('Security headers', () => {
  it('let nothing run, frame or load but our own', async () => {
    const policy = (await headersOf(true))['content-security-policy'] ?? '';
    expect(policy).to.include("default-src 'none'").and.include("script-src 'self'");
    expect(policy).to.include("frame-ancestors 'none'").and.include("base-uri 'none'");
    expect(policy).not.to.match(/unsafe|\*|https?:/);
  });

  it('send forms nowhere but to us and to the payment page', async () => {
    const policy = (await headersOf(true, ['https://pay.example']))['content-security-policy'];
    expect(policy).to.include("form-action 'self' https://pay.example");
  });

  it('insist on https only where there is https', async () => {
    expect((await headersOf(true))['strict-transport-security']).to.include('max-age=31536000');
    const plain = await headersOf(false);
    expect(plain).not.to.have.property('strict-transport-security');
    expect(plain['content-security-policy']).not.to.include('upgrade-insecure-requests');
  });

  it('tell other sites nothing of the address, and guess no types', async () => {
    const headers = await headersOf(true);
    expect(headers['referrer-policy']).to.equal('same-origin');
    expect(headers['x-content-type-options']).to.equal('nosniff');
    expect(headers['x-frame-options']).to.equal('DENY');
    expect(headers['cross-origin-opener-policy']).to.equal('same-origin');
  });
});
