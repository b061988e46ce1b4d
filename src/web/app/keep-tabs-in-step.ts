import type { QueryClient } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'

export const channelName = 'jetsam'

/** What one tab tells the others: something was changed, or another person is signed in (or nobody). */
type Message = 'changed' | 'session'

/**
 * Tells the other tabs of this browser what was done here, and renews what is shown here when they
 * tell. Without it a tab shows an image that was deleted in the next one.
 *
 * @returns how to stop
 */
export function keepTabsInStep(client: QueryClient): () => void {
  const channel = new BroadcastChannel(channelName)
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    // Whoever is signed in now may not see what the one before could.
    if (data === 'session') {
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.session[0] })
    }
    void client.invalidateQueries()
  })
  const unsubscribe = client.getMutationCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return
    const { mutationKey } = event.mutation.options
    const message: Message = mutationKey?.[0] === queryKeys.session[0] ? 'session' : 'changed'
    // A channel is of one origin; only a window's messages name theirs.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    channel.postMessage(message)
  })
  return () => {
    unsubscribe()
    channel.close()
  }
}
