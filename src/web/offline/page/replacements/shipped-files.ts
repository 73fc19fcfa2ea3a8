/** Text by path, e.g. `/contexts/index.json`. Empty here: `bundle.ts` puts the files in while it builds the page. */
const files: Readonly<Record<string, string>> = {};
export default files;
