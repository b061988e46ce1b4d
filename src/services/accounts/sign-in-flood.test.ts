import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAuthentication } from './authentication.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import { createTestWorld, settle } from '#testing/builders/test-world.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

test('a right password from another address waits for none of a flood of wrong ones', async () => {
  const world = createTestWorld()
  /** The passwords being checked, each with a function that ends the check. */
  const checks: { password: string; end: () => void }[] = []
  const hasher = {
    hash: async (password: string) => `hash:${password}`,
    verify: (password: string, hash: string) =>
      new Promise<boolean>((resolve) => {
        checks.push({ password, end: () => resolve(hash === `hash:${password}`) })
      }),
  }
  const authentication = createAuthentication({ ...world, hasher, randomBytes, sha256 })
  await createFirstAdministrator({ ...world, hasher }, 'ada', 'secret')

  const flood = Array.from({ length: 400 }, (_, at) =>
    authentication.withPassword(`name ${at}`, `guess ${at}`, `2001:db8::${at}`),
  )
  await settle()
  const right = authentication.signIn('ada', 'secret', '192.0.2.7')
  await settle()
  // Both running checks started before anything was known of their client.
  expect(checks.map(({ password }) => password)).toEqual(['guess 0', 'guess 1'])
  checks[0]?.end()
  await settle()
  expect(checks.at(-1)?.password).toBe('secret')
  checks.at(-1)?.end()
  expect((await right).ok).toBe(true)

  for (let at = 0; at < checks.length; at += 1) {
    checks[at]?.end()
    await settle()
  }
  const answers = await Promise.all(flood)
  const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.refusal.code))
  // The queue is bounded; all others were refused at once.
  expect(codes.filter((code) => code === 'NOT_AUTHENTICATED')).toHaveLength(10)
  expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(390)
  const { refusal } = answers[399] as { refusal: { retryAfterSeconds: number } }
  expect(refusal.retryAfterSeconds).toBeGreaterThan(0)
})
