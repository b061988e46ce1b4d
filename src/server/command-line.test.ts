import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './command-line.ts'

const read = (...words: string[]) => parseCommandLine(words, '/srv')

describe('the command line', () => {
  it('serves when nothing is asked', () => {
    expect(read()).toEqual({ ok: true, value: { name: 'serve' } })
  })

  it('collects', () => {
    expect(
      read('collect', '--storage', 'images', '--dry-run', '--untagged', '--minutes', '5'),
    ).toEqual({
      ok: true,
      value: {
        name: 'collect',
        storageFolder: '/srv/images',
        dryRun: true,
        json: false,
        collectUntagged: true,
        timeLimitMinutes: 5,
      },
    })
  })

  it('verifies', () => {
    expect(read('verify', '--storage=/images', '--json', '--full')).toEqual({
      ok: true,
      value: { name: 'verify', storageFolder: '/images', json: true, full: true },
    })
  })

  it.each([
    [['colect'], 'there is no command "colect"'],
    [['collect'], 'collect needs --storage DIR'],
    [['collect', '--storage', 'a', '--minutes', '0'], '--minutes takes a number from 1 to 9999'],
    [['verify', '--storage', 'a', '--dry-run'], 'verify takes no --dry-run'],
    [['collect', '--storage', 'a', '--full'], 'collect takes no --full'],
    [['serve', '--json'], 'serve takes no --json'],
    [['serve', 'now'], '"now" is one word too many'],
  ])('refuses %j', (words, message) => {
    const command = read(...words)
    expect(command.ok ? null : command.refusal.message).toBe(message)
  })

  it('refuses an unknown option', () => {
    expect(read('collect', '--storage', 'a', '--force').ok).toBe(false)
  })
})
