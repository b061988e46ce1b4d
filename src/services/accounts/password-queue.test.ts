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
/** Who is being checked right now, and how to end it. */
let running: { client: string; end: () => void }[]
/** How each ended. */
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

describe('passwords to be checked', () => {
  it('are two at a time, of which one is kept for who was not wrong', async () => {
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

  it('go on when one fails', async () => {
    const fails = queue.check({
      client: 'a',
      failures: 1,
      verify: () => Promise.reject(new Error('no memory')),
    })
    ask('b', 1)
    await expect(fails).rejects.toThrow('no memory')
    expect(clients()).toEqual(['b'])
  })

  it('of those who wait, who was wrong least goes first, then who waits longest', async () => {
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

  it('of one client are bounded', async () => {
    for (let at = 0; at < 500; at += 1) ask('guesser', 1)
    await settle()
    expect(ended).toHaveLength(500 - 1 - maximumWaitingOfClient)
    expect(new Set(ended)).toEqual(new Set(['guesser: full']))
  })

  it('are bounded, and who was wrong most makes room for who was not', async () => {
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

  it('of others stay when nobody among them was wrong more often', async () => {
    for (let at = 0; at < maximumWaiting + 3; at += 1) ask(`client ${at}`)
    await settle()
    expect(ended).toEqual([`client ${maximumWaiting + 2}: full`])
  })
})
