/**
 * Settles as `work` does, but after `ms` at the latest: then with what `late` gives, or with what it throws. The work itself
 * goes on, and what becomes of it is ignored; where it should stop, it needs a signal besides.
 */
export function within<T, L>(ms: number, work: Promise<T>, late: () => L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        try {
          resolve(late());
        } catch (error) {
          reject(error);
        }
      },
      Math.max(0, ms),
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
