/** Its header is an object, which begins with `{"`. */
const compactJws = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * The compact JWS in a text that somebody copied, if it is one: without the lines into which a mail program broke it, and
 * without the quotes of a JSON string.
 */
export const compactJwsIn = (text: string): string | undefined => {
  // Bounded: a run of millions of blanks would fill the stack of the expression.
  const bare = text.replace(/\s{1,1000}/g, '');
  const token = bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1) : bare;
  return compactJws.test(token) ? token : undefined;
};
