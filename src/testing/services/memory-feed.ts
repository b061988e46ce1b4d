import type { Change, ChangeFeed } from '#coordination/change-feed.ts'

/** A feed in memory, which can be lost, and forget. */
export function createMemoryFeed() {
  let changes: Change[] = []
  let number = 0
  const feed = {
    isLost: false,
    questions: 0,
    async forget() {
      changes = []
    },
    async publish(topic: string, body: string) {
      if (feed.isLost) throw new Error('the database does not answer')
      changes.push({ number: (number += 1), topic, body })
    },
    async since(from: number) {
      feed.questions += 1
      if (feed.isLost) throw new Error('the database does not answer')
      const page = changes.filter((change) => change.number > from).slice(0, 2)
      return page.length === 0 && number > from ? null : page
    },
    newest: async () => number,
  }
  return feed satisfies ChangeFeed
}
