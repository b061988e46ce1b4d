import { mkdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createScryptPasswordHasher } from '#adapters/crypto-node/password-hasher.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import { adminName, adminPassword, startServer } from '../server-process.ts'
import { progress } from './measure.ts'
import type { Figure } from './report.ts'

/** Wrong passwords that are under way all the time, each for another name. */
const guessesAtOnce = 40
/** From one address before the next: the server refuses more for five minutes. */
const guessesOfAddress = 90
/** Each half, in milliseconds. */
const lastsMs = 30_000
/** Between two valid requests, in milliseconds. */
const eachMs = 200

interface Asked {
  readonly status: number
  readonly milliseconds: number
}

/** Sends a request from another address of this machine, over a new connection. */
function askFrom(
  localAddress: string,
  origin: string,
  path: string,
  { headers, body }: { readonly headers: Record<string, string>; readonly body?: string },
): Promise<Asked> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, origin),
      { localAddress, agent: false, headers, method: body === undefined ? 'GET' : 'POST' },
      (answer) => {
        answer.resume()
        answer.once('end', () => {
          const milliseconds = performance.now() - startedAt
          resolve({ status: answer.statusCode ?? 0, milliseconds })
        })
      },
    )
    asked.once('error', reject)
    asked.end(body)
  })
}

const password = 'a password that is right'

const basicOf = (name: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
})

const known = { headers: basicOf(adminName, adminPassword) }

/** Accounts that sign in once each: a server does not hash a known password again. */
async function seedPeople(folder: string): Promise<readonly string[]> {
  const names = Array.from({ length: (2 * lastsMs) / eachMs }, (_, at) => `person-${at}`)
  await mkdir(folder, { recursive: true })
  const state = await openSqlState(join(folder, 'state.sqlite'))
  const passwordHash = await createScryptPasswordHasher().hash(password)
  for (const name of names) {
    const account = { name, passwordHash, isAdmin: false, isActive: true, createdAtMs: Date.now() }
    await state.accounts.create(account)
  }
  await state.close()
  return names
}

/**
 * Signs in for this long by Basic, as a build does, and as people who never signed in before; in
 * ms.
 */
async function measureGood(
  origin: string,
  names: readonly string[],
  durationMs: number,
): Promise<{ readonly builds: readonly number[]; readonly people: readonly number[] }> {
  const builds: number[] = []
  const people: number[] = []
  const endsAt = performance.now() + durationMs
  for (const name of names) {
    if (performance.now() > endsAt) break
    const build = await askFrom('127.0.0.2', origin, '/v2/', known)
    // Each time another account, from an address that the server does not know: so the password is
    // hashed.
    const at = Number(name.split('-')[1])
    const person = await askFrom(
      `127.1.${Math.floor(at / 250)}.${(at % 250) + 1}`,
      origin,
      '/api/v0/session',
      {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ name, password }),
      },
    )
    if (build.status !== 200 || person.status !== 200) {
      throw new Error(`valid sign-ins got ${build.status} and ${person.status}`)
    }
    builds.push(build.milliseconds)
    people.push(person.milliseconds)
    await wait(eachMs)
  }
  return { builds, people }
}

function figuresOf(work: string, name: string, times: readonly number[]): Figure[] {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return [
    { work, name: `${name}, median`, value: at(0.5), unit: 'ms' },
    { work, name: `${name}, 99th percentile`, value: at(0.99), unit: 'ms' },
  ]
}

/**
 * Valid sign-ins, alone and while another client sends wrong passwords as fast as they are
 * answered.
 */
export async function benchSignIns(scratch: string): Promise<Figure[]> {
  const folder = join(scratch, 'sign-ins')
  const names = await seedPeople(folder)
  const server = await startServer(folder, { JETSAM_SAMPLES: '0' })
  const { origin } = server
  const over = new AbortController()
  let guesses = 0
  let guessers: Promise<void>[] = []
  const guess = async (): Promise<void> => {
    while (!over.signal.aborted) {
      guesses += 1
      const address = Math.floor(guesses / guessesOfAddress)
      const place = `127.9.${Math.floor(address / 250)}.${(address % 250) + 1}`
      await askFrom(place, origin, '/v2/', { headers: basicOf(`name-${guesses}`, 'wrong') })
      // A refused client retries at once, but the retries are not what is measured.
      await wait(100)
    }
  }
  try {
    await askFrom('127.0.0.2', origin, '/v2/', known)
    const half = names.length / 2
    const alone = await measureGood(origin, names.slice(0, half), lastsMs)
    guessers = Array.from({ length: guessesAtOnce }, guess)
    const beside = await measureGood(origin, names.slice(half), lastsMs)
    progress(`${alone.people.length} sign-ins alone, ${beside.people.length} beside ${guesses}`)
    const attack = `beside ${guessesAtOnce} wrong ones at once`
    return (
      [
        ['sign-ins', alone],
        [`sign-ins ${attack}`, beside],
      ] as const
    ).flatMap(([work, { builds, people }]) => [
      ...figuresOf(work, 'a build, by Basic', builds),
      ...figuresOf(work, 'a first sign-in from a new place', people),
    ])
  } finally {
    over.abort()
    await Promise.allSettled(guessers)
    await server.stop()
  }
}
