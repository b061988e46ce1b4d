import { describe, expect, it } from 'vitest'
import type { GateClosing, GateKeeper, GateRequest, PushGate } from '#coordination/push-gate.ts'

type Gate = PushGate & GateKeeper

export interface GateUnderTest {
  readonly gate: Gate
  readonly time: { nowMs: number }
  /**
   * The gate as the next process finds it after this one died, and after all that ends by itself
   * has ended.
   */
  afterCrash(): Promise<Gate>
}

const closing: GateClosing = { mode: 'reject-pushes', maximumWaitMs: 30_000 }
const upload: GateRequest = { repository: 'team/app', step: 'upload' }
const commit: GateRequest = { repository: 'team/app', step: 'commit' }

async function passThrough(gate: PushGate, request: GateRequest): Promise<boolean> {
  const answer = await gate.enter(request)
  if (answer.entered) answer.leave()
  return answer.entered
}

async function enterUpload(open: () => Promise<GateUnderTest>) {
  const rest = await open()
  const inside = await rest.gate.enter(upload)
  if (!inside.entered) throw new Error('kept out')
  return { ...rest, inside }
}

/**
 * What every gate must do. `open` returns a new one for each test, over a clock that moves only
 * when the gate waits.
 */
export const pushGateContract = (name: string, open: () => Promise<GateUnderTest>) =>
  describe(`${name}: the push gate`, () => {
    it('lets every writer in while it is open', async () => {
      const { gate } = await open()
      expect(await passThrough(gate, upload)).toBe(true)
    })

    it('refuses while it is closed, and says for how long', async () => {
      const { gate } = await open()
      expect(await gate.close(closing)).toBe('closed')
      expect(await gate.enter(upload)).toEqual({ entered: false, secondsLeft: null })
      gate.estimate(40_400)
      expect(await gate.enter(commit)).toEqual({ entered: false, secondsLeft: 41 })
      await gate.open()
      expect(await passThrough(gate, upload)).toBe(true)
    })

    it('waits for a write that is inside', async () => {
      const { gate, time } = await open()
      const answer = await gate.enter(commit)
      const closed = gate.close(closing)
      if (answer.entered) answer.leave()
      expect(await closed).toBe('closed')
      expect(time.nowMs).toBeLessThanOrEqual(closing.maximumWaitMs)
    })

    describe('of an upload that is inside,', () => {
      it('does not wait for one that trickles', async () => {
        const { gate, time, inside } = await enterUpload(open)
        for (let second = 0; second < 20; second += 1) {
          inside.awaits()
          time.nowMs += 1000
          inside.got(1000)
        }
        inside.awaits()
        const startedMs = time.nowMs
        expect(await gate.close(closing)).toBe('closed')
        expect(time.nowMs).toBe(startedMs)
        expect(await gate.enter(upload)).toMatchObject({ entered: false })
      })

      it('waits for one that begins to trickle no longer than for a push that is idle', async () => {
        const { gate, time, inside } = await enterUpload(open)
        inside.awaits()
        expect(await gate.close(closing)).toBe('closed')
        expect(time.nowMs).toBeGreaterThanOrEqual(5000)
        expect(time.nowMs).toBeLessThan(6000)
      })

      it('waits for one that flows, and for one that has all its bytes', async () => {
        for (const isWhole of [false, true]) {
          const { gate, time, inside } = await enterUpload(open)
          inside.awaits()
          inside.got(1000)
          // The server needs some time for these bytes.
          time.nowMs += 60_000
          if (!isWhole) inside.awaits()
          const closed = gate.close({ ...closing, maximumWaitMs: 4000 })
          await closed
          expect(time.nowMs).toBe(64_000)
        }
      })
    })

    it('lets a push under way be finished, and no new one begin', async () => {
      const { gate } = await open()
      await passThrough(gate, upload)
      const closed = gate.close(closing)
      expect(await passThrough(gate, { repository: 'other/app', step: 'upload' })).toBe(false)
      expect(await passThrough(gate, upload)).toBe(true)
      expect(await passThrough(gate, commit)).toBe(true)
      expect(await closed).toBe('closed')
      expect(await passThrough(gate, commit)).toBe(false)
    })

    it('does not wait for a push that does nothing any more', async () => {
      const { gate, time } = await open()
      await passThrough(gate, upload)
      expect(await gate.close(closing)).toBe('closed')
      expect(time.nowMs).toBe(5000)
    })

    it('takes a manifest committed by digest for part of a push that goes on', async () => {
      const { gate, time } = await open()
      await passThrough(gate, { ...commit, reference: 'digest' })
      await gate.close(closing)
      expect(time.nowMs).toBe(5000)
      await gate.open()
      await passThrough(gate, commit)
      await gate.close(closing)
      expect(time.nowMs).toBe(5000)
    })

    it('leaves an upload that goes on for ever to itself', async () => {
      const { gate, time } = await open()
      await gate.enter(upload)
      expect(await gate.close(closing)).toBe('closed')
      expect(time.nowMs).toBe(30_000)
    })

    it('says that it is busy when a manifest is still being committed', async () => {
      const { gate } = await open()
      const answer = await gate.enter(commit)
      expect(await gate.close(closing)).toBe('busy')
      expect(await passThrough(gate, { ...upload, repository: 'other/app' })).toBe(false)
      if (answer.entered) answer.leave()
      if (answer.entered) answer.leave()
      await gate.open()
      expect(await gate.close(closing)).toBe('closed')
    })

    it('stops waiting when the run is stopped', async () => {
      const { gate, time } = await open()
      await gate.enter(commit)
      const signal = { aborted: false }
      const closed = gate.close({ ...closing, signal })
      signal.aborted = true
      expect(await closed).toBe('stopped')
      expect(time.nowMs).toBeLessThanOrEqual(200)
    })

    it('is closed by one collection at a time', async () => {
      const { gate } = await open()
      await gate.close(closing)
      await expect(gate.close(closing)).rejects.toMatchObject({ code: 'GATE_CLOSED' })
      expect(await passThrough(gate, upload)).toBe(false)
    })

    it('lets the patient in when it opens, also where pushes are rejected', async () => {
      const { gate } = await open()
      await gate.close(closing)
      let isIn = false
      const entered = gate.enter({ ...commit, patienceMs: 9000 }).then(() => (isIn = true))
      await Promise.resolve()
      expect(isIn).toBe(false)
      await gate.open()
      await entered
      expect(isIn).toBe(true)
    })

    it.each(['reject-pushes', 'hold-pushes'] as const)(
      'refuses the patient after their own time, in mode %s',
      async (mode) => {
        const { gate, time } = await open()
        await gate.close({ ...closing, mode })
        expect(await passThrough(gate, { ...commit, patienceMs: 4000 })).toBe(false)
        expect(time.nowMs).toBe(4000)
      },
    )

    it('holds pushes until it opens', async () => {
      const { gate } = await open()
      await gate.close({ ...closing, mode: 'hold-pushes' })
      const waiting = passThrough(gate, upload)
      await gate.open()
      expect(await waiting).toBe(true)
    })

    it('refuses a push that was held for two minutes', async () => {
      const { gate, time } = await open()
      await gate.close({ ...closing, mode: 'hold-pushes' })
      expect(await passThrough(gate, upload)).toBe(false)
      expect(time.nowMs).toBe(120_000)
    })

    it('goes on holding a push when the next collection begins at once', async () => {
      const { gate, time } = await open()
      const hold: GateClosing = { ...closing, mode: 'hold-pushes' }
      await gate.close(hold)
      const waiting = passThrough(gate, upload)
      const opened = gate.open()
      const closedAgain = gate.close(hold)
      await opened
      expect(await waiting).toBe(false)
      expect(await closedAgain).toBe('closed')
      expect(time.nowMs).toBe(120_000)
    })

    it('lets every writer in again that a process kept out and then died', async () => {
      const { gate, afterCrash } = await open()
      await gate.enter(commit)
      await gate.close(closing)
      const next = await afterCrash()
      expect(await passThrough(next, upload)).toBe(true)
      expect(await passThrough(next, commit)).toBe(true)
      expect(await next.close(closing)).toBe('closed')
    })
  })
