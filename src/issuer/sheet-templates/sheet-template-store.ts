import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import type { SheetTemplate } from './sheet-template.ts';

type TemplateDocument = SheetTemplate & { _id: string };
/** Which version the certificates of a course are drawn with from now on. */
export type SheetChoice = { courseId: string; template: string; version: number; at: Date };
type ChoiceDocument = Omit<SheetChoice, 'courseId'> & { _id: string };

const { Mixed } = mongoose.Schema.Types;

const templateSchema = new mongoose.Schema<TemplateDocument>(
  {
    _id: { type: String, required: true },
    id: { type: String, required: true },
    version: { type: Number, required: true },
    label: { type: String, required: true },
    design: { type: Mixed, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'sheet_templates', versionKey: false, id: false },
).index({ id: 1, version: -1 });

const choiceSchema = new mongoose.Schema<ChoiceDocument>(
  {
    _id: { type: String, required: true },
    template: { type: String, required: true },
    version: { type: Number, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'sheet_choices', versionKey: false },
);

const toTemplate = ({ _id, ...template }: TemplateDocument): SheetTemplate => template;

export const createSheetTemplateStore = (connection: Connection) => {
  const templates = connection.model<TemplateDocument>('SheetTemplate', templateSchema);
  const choices = connection.model<ChoiceDocument>('SheetChoice', choiceSchema);

  return {
    all: async (): Promise<SheetTemplate[]> =>
      (await templates.find().sort({ id: 1, version: -1 }).lean()).map(toTemplate),
    version: async (id: string, version: number): Promise<SheetTemplate | undefined> => {
      const found = await templates.findById(`${id}@${version}`).lean();
      return found ? toTemplate(found) : undefined;
    },
    newest: async (id: string): Promise<SheetTemplate | undefined> => {
      const found = await templates.findOne({ id }).sort({ version: -1 }).lean();
      return found ? toTemplate(found) : undefined;
    },
    /** False when that version is there already. */
    add: async (template: SheetTemplate): Promise<boolean> => {
      try {
        await templates.create({ _id: `${template.id}@${template.version}`, ...template });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    choose: async ({ courseId, ...choice }: SheetChoice): Promise<void> => {
      await choices.updateOne({ _id: courseId }, { $set: choice }, { upsert: true });
    },
    chosen: async (courseId: string): Promise<SheetChoice | undefined> => {
      const found = await choices.findById(courseId).lean();
      if (!found) return undefined;
      const { _id, ...choice } = found;
      return { courseId: _id, ...choice };
    },
  };
};

export type SheetTemplateStore = ReturnType<typeof createSheetTemplateStore>;
