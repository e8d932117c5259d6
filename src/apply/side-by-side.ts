/** Bounded concurrency. */

/** Does `work` for each item, at most `bound` at the same time. Waits for all; then throws the first error, if any. */
export async function sideBySide<Item>(
  items: readonly Item[],
  bound: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item).catch((error: unknown) => void errors.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker));
  if (errors.length > 0) throw errors[0];
}
