import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './command-line.ts'

const read = (...words: string[]) => parseCommandLine(words, '/srv')

describe('the command line', () => {
  it('serves by default', () => {
    expect(read()).toEqual({ ok: true, value: { name: 'serve', takesOver: false } })
  })

  it.each([['help'], ['--help'], ['-h'], ['collect', '--help']])(
    'prints its help for %s',
    (...words) => {
      expect(read(...words)).toEqual({ ok: true, value: { name: 'help' } })
    },
  )

  it('collects', () => {
    expect(
      read(
        'collect',
        '--storage',
        'images',
        '--dry-run',
        '--untagged',
        '--sparse',
        '--minutes',
        '5',
      ),
    ).toEqual({
      ok: true,
      value: {
        name: 'collect',
        storageFolder: '/srv/images',
        dryRun: true,
        json: false,
        collectUntagged: true,
        acceptSparseIndexes: true,
        timeLimitMinutes: 5,
      },
    })
  })

  it('verifies', () => {
    expect(read('verify', '--storage=/images', '--json', '--full')).toEqual({
      ok: true,
      value: {
        name: 'verify',
        storageFolder: '/images',
        json: true,
        full: true,
        acceptSparseIndexes: false,
      },
    })
  })

  it('backs up and restores by default the state of a server in this folder', () => {
    expect(read('backup', '--to', 'a.sqlite')).toEqual({
      ok: true,
      value: {
        name: 'backup',
        dataFolder: '/srv/data',
        databaseURL: null,
        toFile: '/srv/a.sqlite',
      },
    })
    expect(parseCommandLine(['backup', '--to', 'a'], '/srv', '/var/jetsam')).toMatchObject({
      value: { dataFolder: '/var/jetsam' },
    })
    expect(read('restore', '--from', '/a.sqlite', '--data', 'state')).toEqual({
      ok: true,
      value: {
        name: 'restore',
        dataFolder: '/srv/state',
        databaseURL: null,
        fromFile: '/a.sqlite',
      },
    })
  })

  it('resets the password of the first administrator unless an account is named', () => {
    const command = { name: 'reset-password', dataFolder: '/srv/data', databaseURL: null }
    expect(read('reset-password')).toEqual({
      ok: true,
      value: { ...command, account: 'admin', fromInput: false },
    })
    expect(read('reset-password', 'dana', '--password-stdin')).toEqual({
      ok: true,
      value: { ...command, account: 'dana', fromInput: true },
    })
  })

  it('knows a state in a database, and does not guess which of two is meant', () => {
    const url = 'postgres://db/jetsam'
    const inDatabase = (...words: string[]) => parseCommandLine(words, '/srv', undefined, url)
    const migrate = { name: 'migrate', dataFolder: '/srv/data', databaseURL: url }
    expect(inDatabase('migrate', '--from', 'sqlite')).toEqual({ ok: true, value: migrate })
    expect(inDatabase('take-over', '--storage', 'images')).toEqual({
      ok: true,
      value: { name: 'take-over', storageFolder: '/srv/images', databaseURL: url },
    })
    expect(inDatabase('reset-password')).toMatchObject({ value: { databaseURL: url } })
    for (const words of [['backup', '--to', 'a'], ['restore', '--from', 'a'], ['reset-password']]) {
      const command = inDatabase(...words, '--data', 'state')
      expect(command.ok ? null : command.refusal.message).toContain('leave out JETSAM_DATABASE')
    }
  })

  it('tests, previews and runs rules', () => {
    const name = 'retention'
    expect(read('retention', 'test', 'policy.yaml', '--json')).toEqual({
      ok: true,
      value: { name, act: 'test', file: '/srv/policy.yaml', json: true },
    })
    const whole = { name, scope: 'registry', json: false, storage: null, data: null }
    expect(read('retention', 'preview')).toEqual({
      ok: true,
      value: { ...whole, act: 'preview', file: null, atMs: null },
    })
    const at = ['--at', '2026-01-31T12:00:00Z']
    const places = ['--storage', 's3://images', '--data', 'state']
    expect(read('retention', 'preview', 'a', '--scope', 'team/app', ...at, ...places)).toEqual({
      ok: true,
      value: {
        name,
        act: 'preview',
        file: '/srv/a',
        scope: 'team/app',
        atMs: Date.UTC(2026, 0, 31, 12),
        json: false,
        storage: 's3://images',
        data: 'state',
      },
    })
    expect(read('retention', 'run', '--scope', 'team', '--json')).toEqual({
      ok: true,
      value: { ...whole, act: 'run', scope: 'team', json: true },
    })
    const url = 'postgres://db/jetsam'
    const words = ['retention', 'run', '--data', 'state']
    const command = parseCommandLine(words, '/srv', undefined, url)
    expect(command.ok ? null : command.refusal.message).toContain('leave out JETSAM_DATABASE')
  })

  it.each([
    [['retention'], 'retention needs a word after it: test, preview or run'],
    [['retention', 'clean'], 'retention needs a word after it: test, preview or run'],
    [['retention', 'test'], 'retention test needs FILE, a policy'],
    [['retention', 'test', 'a', '--scope', 'team'], 'retention test takes no --scope'],
    [['retention', 'test', 'a', 'b'], '"b" is one word too many'],
    [
      ['retention', 'run', 'a'],
      'retention run does what the policies in force say: save that of FILE first',
    ],
    [['retention', 'run', '--at', '2026-01-01'], 'retention run takes no --at'],
    [['retention', 'run', '--dry-run'], 'retention takes no --dry-run'],
    [
      ['retention', 'preview', '--at', 'tomorrow'],
      '--at takes an instant such as 2026-01-31T12:00:00Z',
    ],
    [
      ['retention', 'preview', '--scope', 'Team'],
      '--scope: a scope is "registry", a namespace such as "team", or a repository such as "team/app"',
    ],
    [['collect', '--storage', 'a', '--scope', 'team'], 'collect takes no --scope'],
    [['migrate', '--from', 'mysql'], 'migrate needs --from sqlite'],
    [['migrate', '--from', 'sqlite'], 'migrate needs JETSAM_DATABASE, an empty database'],
    [['take-over'], 'take-over needs --storage DIR'],
    [['reset-password', 'dana', 'secret'], '"secret" is one word too many'],
    [['reset-password', '--to', 'a'], 'reset-password takes no --to'],
    [['backup', '--password-stdin'], 'backup takes no --password-stdin'],
    [['backup'], 'backup needs --to FILE'],
    [['restore', '--to', 'a'], 'restore takes no --to'],
    [['restore'], 'restore needs --from FILE'],
    [['toString'], 'there is no command "toString"'],
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
