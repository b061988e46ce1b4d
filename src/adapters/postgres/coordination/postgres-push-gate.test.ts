import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { openAgreeingServers, type AgreeingServers } from '#testing/postgres/agreeing-servers.ts'
import type { GateRequest } from '#coordination/push-gate.ts'
import { createGateTable } from './gate-table.ts'
import { createPostgresPushGate } from './postgres-push-gate.ts'

const closing = { mode: 'reject-pushes', maximumWaitMs: 30_000 } as const
const upload: GateRequest = { repository: 'team/app', step: 'upload' }
const commit: GateRequest = { repository: 'team/app', step: 'commit' }
const elsewhere: GateRequest = { repository: 'other/app', step: 'upload' }

describe.skipIf(findPostgres() === null)('the push gate of several servers', () => {
  let postgres: ThrowawayPostgres
  let servers: AgreeingServers
  let time = { nowMs: 0 }
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
    servers = await openAgreeingServers(await postgres.newURL())
  })
  afterAll(async () => {
    await servers.close()
    await postgres.remove()
  })
  beforeEach(async () => {
    await servers.reset()
    time = { nowMs: 0 }
  })

  /** @param barrierMs how long it waits for servers that are silent */
  async function start(name: string, waitForServers = () => servers.beat(), barrierMs?: number) {
    const server = await servers.start(name)
    const now = time
    const gate = createPostgresPushGate({
      ...server,
      table: createGateTable(server.db),
      clock: { nowMs: () => now.nowMs },
      async wait(milliseconds) {
        const dueMs = now.nowMs + milliseconds
        await servers.beat()
        now.nowMs = Math.max(now.nowMs, dueMs)
      },
      waitForServers,
      ...(barrierMs !== undefined && { barrierMs }),
    })
    return { server, gate }
  }

  const passes = async ({ gate }: Awaited<ReturnType<typeof start>>, request: GateRequest) => {
    const answer = await gate.enter(request)
    if (answer.entered) answer.leave()
    return answer.entered
  }

  it('is closed and opened for all of them, and all say for how long', async () => {
    const [one, other] = [await start('one'), await start('other')]
    expect(await one.gate.close(closing)).toBe('closed')
    expect(await passes(other, upload)).toBe(false)
    await expect(other.gate.close(closing)).rejects.toMatchObject({ code: 'GATE_CLOSED' })
    one.gate.estimate(60_000)
    await servers.beat()
    expect(await other.gate.enter(upload)).toEqual({ entered: false, secondsLeft: 60 })
    await one.gate.open()
    await servers.beat()
    expect(await passes(other, upload)).toBe(true)
  })

  it('waits for a push at another server, which goes on through any of them', async () => {
    const [one, other] = [await start('one'), await start('other')]
    const inside = await other.gate.enter(commit)
    const closed = one.gate.close(closing)
    expect(await passes(one, elsewhere)).toBe(false)
    expect(await passes(one, upload)).toBe(true)
    if (inside.entered) inside.leave()
    expect(await passes(one, commit)).toBe(true)
    expect(await closed).toBe('closed')
    expect(await passes(other, commit)).toBe(false)
    // Not for as long as a push may rest.
    expect(time.nowMs).toBeLessThan(5000)
  })

  it('is busy while another server commits a manifest', async () => {
    const [one, other] = [await start('one'), await start('other')]
    await other.gate.enter(commit)
    expect(await one.gate.close({ ...closing, maximumWaitMs: 1000 })).toBe('busy')
  })

  it('is not closed before all have heard of it, and opens where one says nothing', async () => {
    const one = await start('one', () => servers.beat(), 0)
    const other = await start('other')
    other.server.freeze()
    await expect(one.gate.close(closing)).rejects.toMatchObject({ code: 'SERVERS_SILENT' })
    expect(await passes(one, upload)).toBe(true)
    other.server.thaw()
    await servers.beat()
    expect(await other.gate.close(closing)).toBe('closed')
  })

  it('closes without one that has been counted out, which is let in nowhere', async () => {
    const [one, other] = [await start('one'), await start('other')]
    await other.gate.enter(commit)
    other.server.freeze()
    await servers.silence()
    expect(await one.gate.close(closing)).toBe('closed')
    other.server.thaw()
    // Its first beat tells it that it joins a closed gate.
    await servers.beat()
    expect(await passes(other, upload)).toBe(false)
  })

  it('opens by itself when its server is counted out, whose run then ends', async () => {
    const [one, other] = [await start('one'), await start('other')]
    await one.gate.close(closing)
    await servers.beat()
    expect(await passes(other, upload)).toBe(false)
    one.server.freeze()
    await servers.silence()
    await servers.beat()
    expect(await passes(other, upload)).toBe(true)
    // Another collection closes it: what the first one does late opens nothing.
    expect(await other.gate.close(closing)).toBe('closed')
    one.server.thaw()
    await one.gate.open()
    await servers.beat()
    expect(await passes(other, upload)).toBe(false)
    expect(await passes(one, upload)).toBe(false)
  })
})
