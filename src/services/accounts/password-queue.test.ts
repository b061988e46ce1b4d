import { beforeEach, describe, expect, it } from 'vitest'
import {
  createPasswordQueue,
  maximumWaiting,
  maximumWaitingOfClient,
  PasswordQueueFull,
  type PasswordQueue,
} from './password-queue.ts'
import { settle } from '#testing/builders/test-world.ts'

let queue: PasswordQueue
/** The checks that run now, each with a function that ends it. */
let running: { client: string; end: () => void }[]
/** The outcome of each check. */
let ended: string[]

beforeEach(() => {
  queue = createPasswordQueue()
  running = []
  ended = []
})

function ask(client: string, failures = 0): void {
  const verify = () =>
    new Promise<boolean>((resolve) => {
      running.push({ client, end: () => resolve(true) })
    })
  queue.check({ client, failures, verify }).then(
    () => ended.push(client),
    (error: unknown) => ended.push(error instanceof PasswordQueueFull ? `${client}: full` : 'bug'),
  )
}

async function endFirst(): Promise<void> {
  running.shift()?.end()
  await settle()
}

const clients = () => running.map(({ client }) => client)

describe('password checks', () => {
  it('run two at a time, one of them reserved for clients without failures', async () => {
    ask('guesser', 3)
    ask('guesser', 4)
    expect(clients()).toEqual(['guesser'])
    ask('ada')
    ask('bob')
    expect(clients()).toEqual(['guesser', 'ada'])
    await endFirst()
    expect(clients()).toEqual(['ada', 'bob'])
    await endFirst()
    await endFirst()
    expect(clients()).toEqual(['guesser'])
  })

  it('continue when one fails', async () => {
    const fails = queue.check({
      client: 'a',
      failures: 1,
      verify: () => Promise.reject(new Error('no memory')),
    })
    ask('b', 1)
    await expect(fails).rejects.toThrow('no memory')
    expect(clients()).toEqual(['b'])
  })

  it('start with the client of fewest failures, then with the longest wait', async () => {
    ask('running', 9)
    for (const [client, failures] of [
      ['c', 5],
      ['a', 1],
      ['d', 5],
      ['b', 2],
    ] as const) {
      ask(client, failures)
    }
    const order: string[] = []
    while (running.length > 0) {
      order.push(...clients())
      await endFirst()
    }
    expect(order).toEqual(['running', 'a', 'b', 'c', 'd'])
  })

  it('of one client are limited', async () => {
    for (let at = 0; at < 500; at += 1) ask('guesser', 1)
    await settle()
    expect(ended).toHaveLength(500 - 1 - maximumWaitingOfClient)
    expect(new Set(ended)).toEqual(new Set(['guesser: full']))
  })

  it('are limited, and the client with most failures makes room for one without', async () => {
    for (let at = 0; at < maximumWaiting + 10; at += 1) ask(`guesser ${at}`, at + 1)
    await settle()
    expect(ended).toHaveLength(9)
    ask('ada')
    ask('bob')
    expect(clients()).toEqual(['guesser 0', 'ada'])
    await settle()
    expect(ended.at(-1)).toBe(`guesser ${maximumWaiting}: full`)
    await endFirst()
    expect(clients()).toEqual(['ada', 'bob'])
  })

  it('of other clients stay if none of these had more failures', async () => {
    for (let at = 0; at < maximumWaiting + 3; at += 1) ask(`client ${at}`)
    await settle()
    expect(ended).toEqual([`client ${maximumWaiting + 2}: full`])
  })
})
