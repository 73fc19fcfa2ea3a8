import { randomUUID } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireRole } from '../../accounts/index.ts';
import {
  type Issuer,
  type SheetCase,
  type SheetTemplate,
  sheetCases,
  sheetColours,
  sheetDesign,
  sheetHeadings,
  sheetMarks,
} from '../../issuer/index.ts';
import type { Learning } from '../../learning/index.ts';
import type { Audit } from '../../platform/audit/audit.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check, validate } from '../../platform/http/validate.ts';
import { isLanguage, languages, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type StaffTemplateDeps = {
  render: Render;
  issuer: Pick<Issuer, 'sheetTemplates'>;
  learning: Pick<Learning, 'catalogue'>;
  audit: Audit;
};

const text = z.string().trim().max(80);
const templateForm = z
  .strictObject({
    label: text.min(1),
    colour: sheetDesign.shape.colour,
    heading: sheetDesign.shape.heading,
    mark: sheetDesign.shape.mark,
    signatory: text,
    titleEn: text,
    titleFr: text,
  })
  .superRefine(({ signatory, titleEn, titleFr }, context) => {
    if (signatory === '' && titleEn === '' && titleFr === '') return;
    for (const [field, value] of Object.entries({ signatory, titleEn, titleFr }))
      if (value === '') context.addIssue({ code: 'custom', path: [field], message: 'all-or-none' });
  });
const chooseForm = z.strictObject({ courseId: z.string().max(64) });
const isCase = (name: unknown): name is SheetCase => Object.hasOwn(sheetCases, String(name));

/** What certificates look like, looked at with the data that breaks layouts: for examiners and administrators. */
export const createStaffTemplatePages = ({ render, issuer, learning, audit }: StaffTemplateDeps): Router => {
  const router = Router();
  const { sheetTemplates } = issuer;
  const staff = requireRole('author', 'examiner', 'administrator');

  const templateIn = async (request: Request): Promise<SheetTemplate> => {
    const found = await sheetTemplates.template(String(request.params.id), Number(request.params.version));
    if (!found) throw notFound();
    return found;
  };

  const optionsOf = (group: string, values: readonly string[], words: Words) =>
    values.map((value) => ({ value, label: words(`templates:${group}.${value}`) }));

  const showList = async (
    request: Request,
    response: Response,
    faults: readonly FieldFault[] = [],
  ): Promise<void> => {
    const { words, language } = contextOf(response);
    const labels = Object.fromEntries(
      ['label', 'colour', 'heading', 'mark', 'signatory', 'titleEn', 'titleFr'].map((key) => [
        key,
        words(`templates:fields.${key}`),
      ]),
    );
    const courses = (await learning.catalogue()).map(async ({ id, title }) => {
      const { label, version, ...chosen } = await sheetTemplates.chosen(id);
      return { title: title[language], label, version, path: `/staff/templates/${chosen.id}/${version}` };
    });
    render(request, response, {
      view: 'sheet-templates/list',
      title: words('templates:title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        templates: await sheetTemplates.all(),
        courses: await Promise.all(courses),
        colours: optionsOf('colours', Object.keys(sheetColours), words),
        headings: optionsOf('headings', sheetHeadings, words),
        marks: optionsOf('marks', sheetMarks, words),
        form: formOf({ values: request.body, faults, words, labels }),
      },
    });
  };

  const showOne: RequestHandler = async (request, response) => {
    const { words, language } = contextOf(response);
    const template = await templateIn(request);
    render(request, response, {
      view: 'sheet-templates/template',
      title: words('templates:one', { label: template.label, version: template.version }),
      wide: true,
      noindex: true,
      data: {
        template,
        cases: Object.keys(sheetCases).flatMap((name) =>
          languages.map((spoken) => ({
            name: words(`templates:cases.${name}`),
            spoken,
            path: `/staff/templates/${template.id}/${template.version}/${name}.${spoken}.png`,
          })),
        ),
        courses: (await learning.catalogue()).map(({ id, title }) => ({ value: id, label: title[language] })),
        form: formOf({ words }),
      },
    });
  };

  const record = (request: Request, action: string, target: string): Promise<unknown> =>
    audit.append({ key: randomUUID(), actor: accountOf(request).id, action, target });

  const add: RequestHandler = async (request, response) => {
    const form = check(templateForm, request.body);
    if (!form.ok) return showList(request, response, form.faults);
    const { label, signatory, titleEn, titleFr, ...design } = form.value;
    const signs = signatory ? { signatory: { name: signatory, title: { en: titleEn, fr: titleFr } } } : {};
    // The same name is the next version of the same template.
    const same = (await sheetTemplates.all()).find((one) => one.label === label && one.id !== 'standard');
    const added = await sheetTemplates.add({
      ...(same ? { id: same.id } : {}),
      label,
      design: { ...design, ...signs },
    });
    await record(request, 'SheetTemplateAdded', `template:${added.id}@${added.version}`);
    response.redirect(303, `/${contextOf(response).language}/staff/templates/${added.id}/${added.version}`);
  };

  const choose: RequestHandler = async (request, response) => {
    const { id, version } = await templateIn(request);
    const { courseId } = validate(chooseForm, request.body);
    if (!(await learning.catalogue()).some((course) => course.id === courseId)) throw notFound();
    await sheetTemplates.choose({ courseId, id, version });
    await record(request, 'SheetTemplateChosen', `course:${courseId}`);
    response.redirect(303, `/${contextOf(response).language}/staff/templates`);
  };

  const picture: RequestHandler = async (request, response) => {
    const template = await templateIn(request);
    const { name, spoken } = request.params;
    if (!isCase(name) || !isLanguage(spoken)) throw notFound();
    const bytes = await sheetTemplates.preview(template, name, spoken);
    // Neither the version nor the case ever changes; a new release of the service may draw otherwise.
    response.set('Cache-Control', 'private, max-age=3600').type('png').send(Buffer.from(bytes));
  };

  router.get('/staff/templates', staff, (request, response) => showList(request, response));
  router.post('/staff/templates', staff, add);
  router.get('/staff/templates/:id/:version', staff, showOne);
  router.post('/staff/templates/:id/:version', staff, choose);
  router.get('/staff/templates/:id/:version/:name.:spoken.png', staff, picture);
  return router;
};
