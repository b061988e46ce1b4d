import { describe, expect, test } from 'vitest'
import { event, pendingAct } from '#testing/conformance/state/state-samples.ts'
import { fillable } from '#testing/services/fillable-state.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'
import { keepWithoutRoom } from '../full-disk/state-without-room.ts'
import { followEvents } from './domain-events.ts'

function open() {
  const disk = fillable(createTestWorld().state)
  const failures: string[] = []
  const { state, events } = followEvents(keepWithoutRoom(disk.state).state, (_, what) => {
    failures.push(what)
  })
  const seen: string[] = []
  const stop = events.subscribe(['image deleted'], ({ id, data }) => {
    seen.push(`${id} ${data.reference}`)
  })
  return { ...disk, state, events, failures, seen, stop }
}

describe('followers of events', () => {
  test('get each event of their kinds once, with its data, when it is recorded', async () => {
    const { state, seen, stop } = open()
    await state.activity.record(event('a'))
    await state.activity.record(event('a'))
    await state.activity.record(event('b', { kind: 'signed in', data: { account: 'ada' } }))
    await state.activity.record(event('c', { data: { legacy: { subject: null, text: 'x' } } }))
    expect(seen).toEqual(['a 1.2'])
    stop()
    await state.activity.record(event('d'))
    expect(seen).toEqual(['a 1.2'])
  })

  test('get what a transaction recorded when it has ended, and nothing of one that failed', async () => {
    const { state, seen } = open()
    await state.transaction(async (parts) => {
      await parts.activity.record(event('a'))
      await parts.pendingActs.complete([pendingAct('b')])
      expect(seen).toEqual([])
    })
    expect(seen).toEqual(['a 1.2', 'b 1.2'])
    const failing = state.transaction(async (parts) => {
      await parts.activity.record(event('c'))
      throw new Error('taken back')
    })
    await expect(failing).rejects.toThrow('taken back')
    expect(seen).toHaveLength(2)
  })

  test('get an event once if the state tries its transaction again', async () => {
    const { state: inner } = createTestWorld()
    const seen: string[] = []
    const { state, events } = followEvents(
      {
        ...inner,
        async transaction(twice) {
          await inner
            .transaction(async (parts) => {
              await twice(parts)
              throw new Error('no room')
            })
            .catch(() => {})
          return await inner.transaction(twice)
        },
      },
      () => {},
    )
    events.subscribe(['image deleted'], ({ id }) => void seen.push(id))
    await state.transaction((parts) => parts.activity.record(event('a')))
    expect(seen).toEqual(['a'])
  })

  test('get acts that are completed, once', async () => {
    const { state, seen } = open()
    await state.pendingActs.add([pendingAct('a')])
    await state.pendingActs.complete([pendingAct('a'), pendingAct('b')])
    await state.pendingActs.complete([pendingAct('a')])
    expect(seen).toEqual(['a 1.2', 'b 1.2'])
  })

  test('get events once that wait for room, and not those that fail', async () => {
    const { state, seen, fill, empty } = open()
    fill()
    await state.activity.record(event('a'))
    await state.pendingActs.complete([pendingAct('b')])
    expect(seen).toEqual(['a 1.2', 'b 1.2'])
    empty()
    await state.activity.record(event('c'))
    await state.close()
    expect(seen).toEqual(['a 1.2', 'b 1.2', 'c 1.2'])
  })

  test('that fail are reported, and keep nobody else from going on', async () => {
    const { state, events, failures, seen } = open()
    events.subscribe(['image deleted'], () => {
      throw new Error('broken')
    })
    events.subscribe(['image deleted'], ({ id }) => void seen.push(`second ${id}`))
    await state.activity.record(event('a'))
    expect(seen).toEqual(['a 1.2', 'second a'])
    expect(failures).toEqual(['what follows the event "image deleted" failed'])
  })
})
