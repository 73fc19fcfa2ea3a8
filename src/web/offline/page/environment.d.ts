/// <reference lib="dom" />

declare module 'shipped:files' {
  /** Text by path, e.g. `/contexts/index.json`. */
  const files: Readonly<Record<string, string>>;
  export default files;
}
