import type { QueryClient } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'

export const channelName = 'jetsam'

/**
 * What one tab tells the others: something changed, or the session changed (sign-in or sign-out).
 */
type Message = 'changed' | 'session'

/**
 * Tells the other tabs of this browser about each change made here, and refetches when they report
 * one. Without it a tab still shows an image that another tab has deleted.
 *
 * @returns stops it
 */
export function syncTabs(client: QueryClient): () => void {
  const channel = new BroadcastChannel(channelName)
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    // What the session's query then finds decides about the rest: another person must not see it.
    void client.invalidateQueries(data === 'session' ? { queryKey: queryKeys.session } : {})
  })
  const unsubscribe = client.getMutationCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return
    const { mutationKey } = event.mutation.options
    const message: Message = mutationKey?.[0] === queryKeys.session[0] ? 'session' : 'changed'
    // A channel has one origin; only a window's messages name theirs.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    channel.postMessage(message)
  })
  return () => {
    unsubscribe()
    channel.close()
  }
}
