import { expect } from 'chai';
import request from 'supertest';
import { pageApp } from '../support/pages.ts';

describe('The frame of every page', () => {
  it('answers a problem as a page in the language of the address', async () => {
    const response = await request(pageApp({ routes: () => [] }))
      .get('/fr/nulle-part?a=1')
      .set('Accept', 'text/html');
    expect(response.status).to.equal(404);
    expect(response.text).to.include('<html lang="fr">').and.include('Rien à cette adresse');
    expect(response.text).to.include('name="robots" content="noindex"');
  });
});
