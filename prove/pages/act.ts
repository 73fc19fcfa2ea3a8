import type { Page } from 'puppeteer';

type Values = Readonly<Record<string, string>>;

const submitting = async (page: Page, script: string): Promise<void> => {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.evaluate(script)]);
};

/** Fills the shown form whose address ends so and which has these fields, and sends it as its button would. */
export const submit =
  (action: string, values: Values = {}) =>
  (page: Page): Promise<void> =>
    submitting(
      page,
      `(() => {
        const values = ${JSON.stringify(values)};
        const fits = (one) => one.getAttribute('action').endsWith(${JSON.stringify(action)}) &&
          one.checkVisibility() && Object.keys(values).every((name) => one.elements.namedItem(name) !== null);
        const form = [...document.forms].find(fits);
        for (const [name, value] of Object.entries(values)) {
          for (const field of [form.elements.namedItem(name)].flatMap((one) => one instanceof RadioNodeList ? [...one] : [one])) {
            if (/^(radio|checkbox)$/.test(field.type)) field.checked = field.value === value || value === 'yes' && field.type === 'checkbox';
            else field.value = value;
          }
        }
        form.requestSubmit(form.querySelector('button:not([type=button])'));
      })()`,
    );

/** Sends what no form of this page would: a page that was left open for too long, a form that somebody else wrote. */
export const post =
  (path: string, values: Values, options: { token?: boolean } = { token: true }) =>
  (page: Page): Promise<void> =>
    submitting(
      page,
      `(() => {
        const form = document.createElement('form');
        const token = document.querySelector('input[name=_csrf]');
        Object.assign(form, { method: 'post', action: '/' + document.documentElement.lang + ${JSON.stringify(path)} });
        const values = { ...${JSON.stringify(values)}, ...(${options.token === true} ? { _csrf: token.value } : {}) };
        for (const [name, value] of Object.entries(values)) {
          const field = document.createElement('input');
          Object.assign(field, { type: 'hidden', name, value });
          form.append(field);
        }
        document.body.append(form);
        form.submit();
      })()`,
    );
