import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { account, event } from '#testing/conformance/state/state-samples.ts'
import { mayMount, onSmallDisk } from '#testing/faults/small-disk.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import { giveToPostgres, startThrowawayPostgres } from '#testing/postgres/throwaway-postgres.ts'
import { openPostgresState } from './postgres-state.ts'

const full = { name: 'StateError', code: 'FULL' }

const long = (id: string) =>
  event(id, { data: { reference: 'x'.repeat(20_000), digest: null, tags: null } })

test.skipIf(findPostgres() === null || !mayMount())(
  'a full disk of the database is said to be full, takes nothing, and is used again',
  () =>
    onSmallDisk(16, async (disk) => {
      const tables = join(disk.path, 'tables')
      await mkdir(tables)
      giveToPostgres(tables)
      const postgres = await startThrowawayPostgres()
      await postgres.run(`create tablespace small location '${tables}'`)
      const url = await postgres.newURL()
      const state = await openPostgresState(`${url}%20-c%20default_tablespace%3Dsmall`)
      try {
        await disk.fill()
        let recorded = 0
        const fill = async (): Promise<void> => {
          for (;;) {
            await state.activity.record(long(`e${recorded}`))
            recorded += 1
          }
        }
        await expect(fill()).rejects.toMatchObject(full)
        const together = state.transaction(async ({ accounts, activity }) => {
          await accounts.create(account('ada'))
          for (let at = 0; ; at += 1) await activity.record(long(`t${at}`))
        })
        await expect(together).rejects.toMatchObject(full)
        expect(await state.activity.count({})).toBe(recorded)
        expect(await state.accounts.list()).toEqual([])
        await disk.empty()
        expect(await state.activity.record(long(`e${recorded}`))).toBe(true)
        expect(await state.activity.count({})).toBe(recorded + 1)
      } finally {
        await state.close()
        await postgres.remove()
      }
    }),
)
