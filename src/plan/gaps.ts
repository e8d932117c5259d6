/** Streams whose ends do not have the same messages, in words. */
import type { Miscount } from "../domain/state.ts";

/** What a link's counts say, as a clause; undefined when they agree. */
export function gapPhrase(provider: string, miscounts: readonly Miscount[] = []): string | undefined {
  const over = miscounts.filter((miscount) => miscount.provider === provider);
  if (over.some(({ hasProviderGoneBack }) => hasProviderGoneBack))
    return `node "${provider}" has gone back in time, as after a restore from a backup: what it sends now is skipped`;
  const [first] = over;
  if (first === undefined) return undefined;
  const { node, sentMessages, arrivedMessages } = first;
  const whose = `messages of node "${node}"`;
  return sentMessages > arrivedMessages
    ? `${sentMessages - arrivedMessages} of ${sentMessages} ${whose} were skipped on the way, as after a slot was made again or a restore above`
    : `${arrivedMessages - sentMessages} ${whose} arrived of which node "${provider}" knows nothing any more, as after a restore from a backup`;
}
