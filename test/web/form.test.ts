import { expect } from 'chai';
import express, { Router } from 'express';
import request from 'supertest';
import type { FieldFault } from '../../src/platform/errors.ts';
import { formOf, isChosen } from '../../src/web/form.ts';
import { createStyleguidePages } from '../../src/web/pages/styleguide.ts';
import type { Render } from '../../src/web/render.ts';
import { clock, pageApp, translations } from '../support/pages.ts';

const words = translations.words('en');
const fault = (pointer: string, code = 'required', params = {}): FieldFault => ({ pointer, code, params });

describe('A form with faults', () => {
  it('keeps what was typed, but never a password', () => {
    const { values } = formOf({
      words,
      values: {
        email: 'a@b',
        password: 'hunter2',
        newPassword: 'x',
        'current-password': 'y',
        topics: ['a', 'b'],
      },
    });
    expect(values).to.deep.equal({ email: 'a@b', topics: ['a', 'b'] });
  });

  it('keeps only text, whatever else was sent', () => {
    const { values } = formOf({
      words,
      values: { a: 1, b: { c: 'd' }, e: null, f: ['x', { y: 1 }], g: 'kept' },
    });
    expect(values).to.deep.equal({ g: 'kept' });
    expect(formOf({ words, values: undefined }).values).to.deep.equal({});
    expect(formOf({ words, values: 'text' }).errors).to.deep.equal([]);
  });

  it('is not confused by names that JavaScript gives a meaning to', () => {
    const values = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    const form = formOf({ words, values, faults: [fault('/__proto__'), fault('/toString')] });
    expect(Object.getPrototypeOf(form.values)).to.equal(Object.prototype);
    expect(isChosen(form, 'toString', 'x')).to.equal(false);
    expect(({} as Record<string, unknown>).x).to.equal(undefined);
  });

  it('says one sentence per fault and the first one beside the field', () => {
    const form = formOf({
      words,
      faults: [
        fault('/name', 'too-short', { min: 3 }),
        fault('/name', 'bad-format'),
        fault('/topics/2', 'not-an-option'),
      ],
      labels: { name: 'Name' },
    });
    expect(form.errors).to.deep.equal([
      { field: 'name', label: 'Name', message: 'This is too short: at least 3 characters are needed.' },
      { field: 'name', label: 'Name', message: 'This is not written in the expected form.' },
      { field: 'topics', message: 'Please choose one of the options offered.' },
    ]);
    expect(form.fieldErrors.name).to.include('too short');
  });

  it('shows faults of no field of its own in the summary alone', () => {
    const form = formOf({ words, faults: [fault('/sneaked-in', 'unknown-field'), fault('', 'not-valid')] });
    expect(form.errors.map(({ field }) => field)).to.deep.equal(['', '']);
    expect(form.fieldErrors).to.deep.equal({});
  });
});

describe('A form as it is drawn', () => {
  const draw = async (values: Record<string, unknown>, faults: FieldFault[] = []) => {
    const routes = (render: Render) => [
      express.json(),
      Router().get('/form', (req, res) =>
        render(req, res, {
          view: 'styleguide/styleguide',
          title: 'Form',
          status: faults.length > 0 ? 422 : 200,
          data: {
            form: formOf({ words, values, faults, labels: { email: 'E-mail' } }),
            options: [
              { value: 'a', label: 'A' },
              { value: 'b', label: 'B' },
            ],
            now: clock.now(),
            deadline: clock.now(),
            minutesLeft: 3,
          },
        }),
      ),
    ];
    return (await request(pageApp({ routes })).get('/en/form').set('Accept', 'text/html')).text;
  };

  it('shows hostile values as text', async () => {
    const text = await draw({
      name: '"><script>alert(1)</script>',
      remark: '</textarea><img src=x onerror=alert(1)>',
    });
    expect(text).not.to.include('<script>alert').and.not.include('</textarea><img');
    expect(text).to.include('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  });

  it('gives a text of several lines back unchanged', async () => {
    const text = await draw({ remark: '\n  one\n\ttwo ' });
    // HTML drops the first line break after <textarea>: the second one is the reader's.
    expect(/<textarea[^>]*>\n([^<]*)<\/textarea>/.exec(text)?.[1]).to.equal('\n  one\n\ttwo ');
  });

  it('draws no password back, even if a page hands one over', async () => {
    expect(await draw({ password: 'hunter2-secret' })).not.to.include('hunter2-secret');
  });

  it('keeps the chosen options, and only those', async () => {
    const text = await draw({ option: 'b', answer: 'a', topics: ['b'], agree: 'yes' });
    expect(text).to.include('<option value="b" selected>').and.not.include('<option value="a" selected>');
    expect(text)
      .to.match(/name="answer" value="a" checked/)
      .and.not.match(/name="answer" value="b" checked/);
    expect(text)
      .to.match(/name="topics" value="b" checked/)
      .and.not.match(/name="topics" value="a" checked/);
    expect(text).to.match(/name="agree"[^>]*checked/);
  });

  it('ties each message to its field, and the summary to both', async () => {
    const text = await draw({ email: 'zoe@' }, [fault('/email', 'not-an-email')]);
    expect(text).to.match(/role="alert" tabindex="-1" autofocus[^>]*data-error-summary/);
    expect(text).to.include('<a href="#field-email">E-mail: Please give an e-mail address');
    expect(text).to.match(
      /<input id="field-email"[^>]*aria-invalid="true" aria-describedby="hint-email error-email"/,
    );
    expect(text).to.include('id="hint-email"').and.include('id="error-email"');
    expect(text).to.match(/<input id="field-name"(?![^>]*aria-invalid)/);
  });

  it('gives a notice no title but its own', async () => {
    const routes = (render: Render) => [createStyleguidePages({ render, clock })];
    const { text } = await request(pageApp({ routes })).get('/en/styleguide');
    const success = text.slice(text.indexOf('notice success'), text.indexOf('notice warning'));
    expect(success).to.include('Your address is confirmed.').and.not.include('notice-title');
  });
});
