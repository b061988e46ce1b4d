import { describe, expect, it } from 'vitest'
import { createGatheredLock } from './gathered-lock.ts'
import { createRepositoryLocks, type RunLocked } from '#coordination/repository-locks.ts'

/** Acts that begin, and end when they are told to. */
function actsOn(lock: RunLocked) {
  const log: string[] = []
  const ends = new Map<string, () => void>()
  const act = (name: string, using = lock, repository = 'a') =>
    using(repository, async () => {
      log.push(`${name} begins`)
      await new Promise<void>((resolve) => ends.set(name, resolve))
      log.push(`${name} ends`)
      return name
    })
  return { log, act, end: (name: string) => ends.get(name)?.() }
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

describe('a gathered lock', () => {
  it('runs together what was asked for before it was had, and then lets others in', async () => {
    const runLocked = createRepositoryLocks()
    const gathered = createGatheredLock(runLocked)
    const { log, act, end } = actsOn(gathered)
    const first = [act('one'), act('two')]
    const alone = act('alone', runLocked)
    await settle()
    const late = act('late')
    await settle()
    expect(log).toEqual(['one begins', 'two begins'])
    end('two')
    await settle()
    expect(log).not.toContain('alone begins')
    end('one')
    expect(await Promise.all(first)).toEqual(['one', 'two'])
    await settle()
    expect(log.slice(4)).toEqual(['alone begins'])
    end('alone')
    expect(await alone).toBe('alone')
    await settle()
    end('late')
    expect(await late).toBe('late')
  })

  it('tells each act how it ended, and each that it could not begin', async () => {
    const gathered = createGatheredLock(createRepositoryLocks())
    const results = await Promise.allSettled([
      gathered('a', () => Promise.reject(new Error('broken'))),
      gathered('a', () => Promise.resolve('whole')),
    ])
    expect(results).toMatchObject([{ reason: { message: 'broken' } }, { value: 'whole' }])

    let isOpen = false
    const guarded = createGatheredLock((_, act) =>
      isOpen ? act() : Promise.reject(new Error('no lock')),
    )
    const refused = await Promise.allSettled([
      guarded('a', () => Promise.resolve(1)),
      guarded('a', () => Promise.resolve(2)),
    ])
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    isOpen = true
    expect(await guarded('a', () => Promise.resolve(3))).toBe(3)
  })

  it('holds up no other repository', async () => {
    const gathered = createGatheredLock(createRepositoryLocks())
    const { log, act, end } = actsOn(gathered)
    const one = act('one')
    const other = act('other', gathered, 'b')
    await settle()
    expect(log).toEqual(['one begins', 'other begins'])
    end('other')
    expect(await other).toBe('other')
    end('one')
    await one
  })
})
