/** Why the badge in a picture cannot be read, though there is one. */
export type BadgeFault =
  /** Its bytes are damaged, or what they hold is no credential. */
  | 'badge-corrupt'
  /** Open Badges 3.0, 5.3.1.1 forbids it; small data that unpacks to a lot is not unpacked. */
  | 'badge-compressed'
  /** More than one: nobody could say which is meant (Open Badges 3.0, 5.3). */
  | 'badge-repeated';

/** A credential as it was baked: parsed, or as compact JWS. Nothing where the picture has no badge. */
export type BakedBadge = { readonly credential: unknown } | { readonly fault: BadgeFault } | undefined;

const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** With an embedded proof the text is JSON, otherwise compact JWS (Open Badges 3.0, 5.3). */
export const readBadgeText = (text: string): BakedBadge => {
  const trimmed = text.trim();
  if (compactJws.test(trimmed)) return { credential: trimmed };
  try {
    return { credential: JSON.parse(trimmed) };
  } catch {
    return { fault: 'badge-corrupt' };
  }
};
