import { describe, expect, it } from 'vitest'
import { createPushGate, type GateClosing, type GateRequest } from './push-gate.ts'

/** A gate over a clock that only moves when everybody waits. */
function gateAtRest(idleMs?: number) {
  const time = { nowMs: 0, waits: 0 }
  const gate = createPushGate({
    clock: { nowMs: () => time.nowMs },
    async wait(milliseconds) {
      time.waits += 1
      // Lets everything that can go on without time passing do so first.
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
      time.nowMs += milliseconds
    },
    idleMs,
  })
  return { gate, time }
}

const closing: GateClosing = { mode: 'reject-pushes', maximumWaitMs: 30_000 }
const upload: GateRequest = { repository: 'team/app', step: 'upload' }
const commit: GateRequest = { repository: 'team/app', step: 'commit' }

async function passThrough(
  gate: ReturnType<typeof createPushGate>,
  request: GateRequest,
): Promise<boolean> {
  const answer = await gate.enter(request)
  if (answer.entered) answer.leave()
  return answer.entered
}

describe('the push gate', () => {
  it('lets everybody in while it is open', async () => {
    const { gate } = gateAtRest()
    expect(await passThrough(gate, upload)).toBe(true)
    await gate.whenOpen()
  })

  it('refuses while it is closed, and says for how long', async () => {
    const { gate } = gateAtRest()
    expect(await gate.close(closing)).toBe('closed')
    expect(await gate.enter(upload)).toEqual({ entered: false, secondsLeft: null })
    gate.estimate(40_400)
    expect(await gate.enter(commit)).toEqual({ entered: false, secondsLeft: 41 })
    gate.open()
    expect(await passThrough(gate, upload)).toBe(true)
  })

  it('waits for a write that is inside', async () => {
    const { gate, time } = gateAtRest()
    const answer = await gate.enter(commit)
    const closed = gate.close(closing)
    if (answer.entered) answer.leave()
    expect(await closed).toBe('closed')
    expect(time.nowMs).toBeLessThanOrEqual(closing.maximumWaitMs)
  })

  it('lets a push under way be finished, and no new one begin', async () => {
    const { gate } = gateAtRest()
    await passThrough(gate, upload)
    const closed = gate.close(closing)
    expect(await passThrough(gate, { repository: 'other/app', step: 'upload' })).toBe(false)
    expect(await passThrough(gate, upload)).toBe(true)
    expect(await passThrough(gate, commit)).toBe(true)
    expect(await closed).toBe('closed')
    expect(await passThrough(gate, commit)).toBe(false)
  })

  it('does not wait for a push that does nothing any more', async () => {
    const { gate, time } = gateAtRest(3000)
    await passThrough(gate, upload)
    expect(await gate.close(closing)).toBe('closed')
    expect(time.nowMs).toBe(3000)
  })

  it('takes a manifest committed by digest for part of a push that goes on', async () => {
    const { gate, time } = gateAtRest(3000)
    await passThrough(gate, { ...commit, reference: 'digest' })
    await gate.close(closing)
    expect(time.nowMs).toBe(3000)
    gate.open()
    await passThrough(gate, commit)
    await gate.close(closing)
    expect(time.nowMs).toBe(3000)
  })

  it('leaves an upload that goes on for ever to itself', async () => {
    const { gate, time } = gateAtRest()
    await gate.enter(upload)
    expect(await gate.close(closing)).toBe('closed')
    expect(time.nowMs).toBe(30_000)
  })

  it('says that it is busy when a manifest is still being committed', async () => {
    const { gate } = gateAtRest()
    const answer = await gate.enter(commit)
    expect(await gate.close(closing)).toBe('busy')
    expect(await passThrough(gate, { ...upload, repository: 'other/app' })).toBe(false)
    if (answer.entered) answer.leave()
    if (answer.entered) answer.leave()
    gate.open()
    expect(await gate.close(closing)).toBe('closed')
  })

  it('stops waiting when the run is stopped', async () => {
    const { gate, time } = gateAtRest()
    await gate.enter(commit)
    const signal = { aborted: false }
    const closed = gate.close({ ...closing, signal })
    signal.aborted = true
    expect(await closed).toBe('stopped')
    expect(time.nowMs).toBeLessThanOrEqual(200)
  })

  it('is closed by one collection at a time', async () => {
    const { gate } = gateAtRest()
    await gate.close(closing)
    await expect(gate.close(closing)).rejects.toMatchObject({ code: 'GATE_CLOSED' })
    expect(await passThrough(gate, upload)).toBe(false)
  })

  it('opens again when closing it fails', async () => {
    const broken = createPushGate({
      clock: { nowMs: () => 0 },
      wait: () => Promise.reject(new Error('no timer')),
    })
    await broken.enter(upload)
    await expect(broken.close(closing)).rejects.toThrow('no timer')
    expect(await passThrough(broken, { ...upload, repository: 'other' })).toBe(true)
  })

  it('wakes those who wait for it to open', async () => {
    const { gate } = gateAtRest()
    await gate.close(closing)
    let isOpen = false
    const woken = gate.whenOpen().then(() => (isOpen = true))
    await Promise.resolve()
    expect(isOpen).toBe(false)
    gate.open()
    await woken
    expect(isOpen).toBe(true)
  })

  it('holds pushes until it opens', async () => {
    const { gate } = gateAtRest()
    await gate.close({ ...closing, mode: 'hold-pushes' })
    const waiting = passThrough(gate, upload)
    gate.open()
    expect(await waiting).toBe(true)
  })

  it('refuses a held push after the longest wait', async () => {
    const { gate, time } = gateAtRest()
    await gate.close({ ...closing, mode: 'hold-pushes', holdMs: 9000 })
    expect(await passThrough(gate, upload)).toBe(false)
    expect(time.nowMs).toBe(9000)
  })

  it('remembers what clients rely on only while a collection lets pushes go on', async () => {
    const { gate } = gateAtRest()
    const digest = `sha256:${'0'.repeat(64)}` as Parameters<typeof gate.hold>[0]
    gate.hold(digest)
    expect(gate.isHeld(digest)).toBe(false)
    await gate.close({ ...closing, mode: 'accept-pushes' })
    expect(await passThrough(gate, upload)).toBe(true)
    gate.hold(digest)
    expect(gate.isHeld(digest)).toBe(true)
    gate.open()
    expect(gate.isHeld(digest)).toBe(false)
  })
})
