import type { Clock } from '../../platform/clock.ts';
import { notFound } from '../../platform/errors.ts';
import type { Language } from '../../platform/i18n.ts';
import { type Random, token } from '../../platform/random.ts';
import type { PreviewSheet, SheetCase } from './preview-sheet.ts';
import { type SheetDesign, type SheetTemplate, standardTemplate } from './sheet-template.ts';
import type { SheetTemplateStore } from './sheet-template-store.ts';

type Deps = { templates: SheetTemplateStore; preview: PreviewSheet; clock: Clock; random: Random };

export type SheetTemplates = {
  /** Every version, newest first within each template; the standard one first. */
  all(): Promise<SheetTemplate[]>;
  template(id: string, version: number): Promise<SheetTemplate | undefined>;
  /** A new template, or the next version of one. @throws DomainError `not-found` */
  add(what: { id?: string; label: string; design: SheetDesign }): Promise<SheetTemplate>;
  /** From now on; certificates that were issued keep theirs. @throws DomainError `not-found` */
  choose(choice: { courseId: string; id: string; version: number }): Promise<void>;
  chosen(courseId: string): Promise<SheetTemplate>;
  /** A PNG of a case, drawn as certificates are. */
  preview(template: SheetTemplate, name: SheetCase, language: Language): Promise<Uint8Array>;
};

/** What certificates look like, per course, as data with versions. */
export const createSheetTemplates = ({ templates, preview, clock, random }: Deps): SheetTemplates => {
  const isStandard = (id: string, version: number): boolean =>
    id === standardTemplate.id && version === standardTemplate.version;

  const template = async (id: string, version: number): Promise<SheetTemplate | undefined> =>
    isStandard(id, version) ? standardTemplate : templates.version(id, version);

  return {
    all: async () => [standardTemplate, ...(await templates.all())],
    template,

    add: async ({ id = token(random, 6), label, design }) => {
      for (;;) {
        const last = await templates.newest(id);
        const version = (last?.version ?? 0) + 1;
        const added = { id, version, label, design, createdAt: clock.now() };
        // Somebody else may have made this very version at the same moment: theirs stays, this becomes the next.
        if (await templates.add(added)) return added;
      }
    },

    choose: async ({ courseId, id, version }) => {
      if (!(await template(id, version))) throw notFound();
      await templates.choose({ courseId, template: id, version, at: clock.now() });
    },

    chosen: async (courseId) => {
      const choice = await templates.chosen(courseId);
      return (choice && (await template(choice.template, choice.version))) ?? standardTemplate;
    },

    preview,
  };
};
