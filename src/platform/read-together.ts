/**
 * Reads by key, where all that are asked for in one breath are one question. `readMany` answers what it found; a failure
 * is everybody's who asked with it.
 */
export const readTogether = <T>(
  readMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): ((key: string) => Promise<T | undefined>) => {
  let gathering: { keys: Set<string>; found: Promise<ReadonlyMap<string, T>> } | undefined;

  const gather = () => {
    const keys = new Set<string>();
    const found = Promise.resolve().then(() => {
      gathering = undefined;
      return readMany([...keys]);
    });
    return { keys, found };
  };

  return async (key) => {
    gathering ??= gather();
    gathering.keys.add(key);
    return (await gathering.found).get(key);
  };
};
