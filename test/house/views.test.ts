import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { languages } from '../../src/platform/i18n.ts';
import { translations } from '../support/pages.ts';

const folder = new URL('../../src/web/views/', import.meta.url);
const views = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.hbs'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

/** Names that a helper has: `{{date}}` alone calls the helper, `{{this.date}}` shows the value. */
const helperNames =
  't|local|date|dateTime|time|iso|number|percent|money|country|href|groups|eq|not|or|and|concat|array|asset|chosen';

describe('Every view', () => {
  it('carries the token of the session in each form that writes', () => {
    const bare = views.flatMap(({ name, text }) =>
      [...text.matchAll(/<form\b[^>]*method="post"[^>]*>([\s\S]*?)<\/form>/gi)]
        .filter(([, inside]) => !inside?.includes('{{> csrf}}'))
        // Verifying is open to everyone, without a session.
        .filter(([form]) => !/action="\{\{href (addresses\.verify|'\/verify(\/[a-z]+)?'|'\/v\/')/.test(form))
        // The cookie question is put to passers-by: a token would open a session for each (see `tokenless` in csrf.ts).
        .filter(() => name !== 'partials/cookie-banner.hbs')
        .map(() => name),
    );
    expect(bare).to.deep.equal([]);
  });

  it('leaves escaping to Handlebars', () => {
    const raw = views.filter(
      ({ name, text }) => !['layout.hbs', 'privacy/policy.hbs'].includes(name) && /\{\{\{|\{\{&/.test(text),
    );
    // Course texts, their questions and the policy are Markdown that its renderer has already made safe.
    const ofCourses = (name: string): boolean =>
      name.startsWith('learn/') ||
      ['partials/question.hbs', 'partials/examined-question.hbs', 'examining/work.hbs'].includes(name);
    // The desks of the question bank and of courses show the same texts.
    const ofBank = (name: string): boolean =>
      name.startsWith('staff/item') || name === 'staff/course-activity.hbs';
    expect(raw.map(({ name }) => name).filter((name) => !ofCourses(name) && !ofBank(name))).to.deep.equal([]);
  });

  it('holds no style, script or handler of its own', () => {
    const inline = /<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:/i;
    expect(views.filter(({ text }) => inline.test(text)).map(({ name }) => name)).to.deep.equal([]);
  });

  it('shows no value under the bare name of a helper', () => {
    const bare = new RegExp(`\\{\\{(${helperNames})\\}\\}`);
    const found = views.flatMap(({ name, text }) =>
      bare.test(text) ? [`${name}: ${bare.exec(text)?.[0]}`] : [],
    );
    expect(found).to.deep.equal([]);
  });

  it('names only words that exist in both languages', () => {
    const missing = views.flatMap(({ name, text }) =>
      [...text.matchAll(/(?:\{\{|\()t '([^']+)'([^})]*)/g)].flatMap(([, key = '', rest = '']) =>
        languages
          .filter((language) => {
            const { has } = translations.words(language);
            return !has(key) && !(rest.includes('count=') && has(`${key}_other`));
          })
          .map((language) => `${name}: ${key} (${language})`),
      ),
    );
    expect(missing).to.deep.equal([]);
  });

  it('says every visible word through the languages', () => {
    // The attributes of an input are no words; names are the same in both languages.
    const worded = views.filter(({ name }) => name !== 'partials/field-attributes.hbs');
    const found = worded.flatMap(({ name, text }) => {
      const visible = text
        .replace(/\{\{![\s\S]*?\}\}/g, '')
        .replace(/\{\{[\s\S]*?\}\}/g, '')
        .replace(/<[^>]*>/g, ' ');
      return /\p{L}{4,}/u.test(visible.replace(/Apache License|SIL Open Font License|IBAN|BIC/g, ''))
        ? [`${name}: ${/\p{L}{4,}[^\n]*/u.exec(visible)?.[0]}`]
        : [];
    });
    expect(found).to.deep.equal([]);
  });
});
