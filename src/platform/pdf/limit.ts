/** Runs tasks, at most `slots` at a time; the others wait in the order in which they came. */
export const createLimit = (slots: number) => {
  const waiting: (() => void)[] = [];
  let free = slots;
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async <T>(task: () => Promise<T>): Promise<T> => {
    await enter();
    try {
      return await task();
    } finally {
      leave();
    }
  };
};
