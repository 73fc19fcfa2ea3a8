import { writesToPrototype } from './closed-prototype.ts';
import { ContextNotShipped } from './document-loader.ts';
import type { DocumentLoader } from './types.ts';

/** A loader and the first context it had to refuse: jsonld buries that cause under errors of its own. */
export type WatchedLoader = { readonly load: DocumentLoader; refused(): ContextNotShipped | undefined };

export const watchLoader = (documentLoader: DocumentLoader): WatchedLoader => {
  let refused: ContextNotShipped | undefined;
  const load: DocumentLoader = async (url) => {
    try {
      return await documentLoader(url);
    } catch (error) {
      if (error instanceof ContextNotShipped) refused ??= error;
      throw error;
    }
  };
  return { load, refused: () => refused };
};

/** Whether jsonld's safe mode refused something that the signature would not cover, or would have come to. */
export const losesData = (error: unknown): boolean =>
  (error instanceof Error && error.name === 'jsonld.ValidationError') || writesToPrototype(error);

/** Whether jsonld found the document or its contexts wrong. */
export const breaksJsonLd = (error: unknown): boolean =>
  error instanceof Error && error.name.startsWith('jsonld.');
