/** A map of at most so many entries, that forgets what was put in first. */
export type ForgetfulMap<V> = { get(key: string): V | undefined; set(key: string, value: V): void };

export const createForgetfulMap = <V>(most: number): ForgetfulMap<V> => {
  const kept = new Map<string, V>();
  return {
    get: (key) => kept.get(key),
    set: (key, value) => {
      const [oldest] = kept.keys();
      if (kept.size >= most && oldest !== undefined) kept.delete(oldest);
      kept.set(key, value);
    },
  };
};
