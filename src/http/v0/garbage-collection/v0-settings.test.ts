import { schedule } from '#contract/jobs/garbage-collection.ts'
import { policy } from '#contract/jobs/policy.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { pushModes } from '#domain/policy/collection-policy.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const path = '/api/v0/admin/settings/registry/garbageCollection/schedule'

describe('settings', () => {
  let api: TestApi
  beforeEach(async () => {
    api = await createTestApi()
  })

  const send = (method: string, to: string, body?: unknown, as: TestPerson = 'admin') =>
    api
      .as(as)
      .ask(
        method,
        to,
        body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
      )

  describe('the schedule', () => {
    const never = { schedule: null, fields: null, description: null, nextRuns: [], missed: null }
    const nightly = {
      schedule: '0 * * *',
      fields: { hour: '0', dayOfMonth: '*', month: '*', dayOfWeek: '*' },
      description: expect.stringContaining('00:00'),
      nextRuns: [25, 26, 27, 28, 29].map((day) => `2026-11-${day}T00:00:00.000Z`),
      missed: null,
    }

    test('is never until it is set, and never again after it is deleted', async () => {
      expect(checkedBody(await send('GET', path, undefined, 'stranger'), schedule)).toEqual(never)
      const saved = await send('POST', path, { schedule: '0 * * *' })
      expect(checkedBody(saved, schedule)).toEqual(nightly)
      expect(checkedBody(await send('GET', path), schedule)).toEqual(nightly)
      expect(await send('DELETE', path)).toMatchObject({ status: 204, text: '' })
      expect(checkedBody(await send('GET', path), schedule)).toEqual(never)
    })

    test('reads the same in every notation', async () => {
      for (const text of ['@midnight', '@daily', '0', '0 * * ?', ' 0  *  *  * ']) {
        expect(checkedBody(await send('POST', path, { schedule: text }), schedule)).toEqual(nightly)
      }
    })

    test.each([
      ['', undefined],
      ['0 0 3 * * SAT', undefined],
      ['24 * * *', 'hour'],
      ['0 32 * *', 'day of month'],
      ['0 * 13', 'month'],
      ['0 * * 8', 'day of week'],
      ['0 30 2', 'day of month'],
      ['@every 1h', undefined],
      ['@daily @weekly', undefined],
      ['@midnight 0', undefined],
    ])('refuses %j, naming the field: %s', async (text, field) => {
      for (const answer of [
        await send('POST', path, { schedule: text }),
        await send('GET', `${path}/preview?schedule=${encodeURIComponent(text)}`),
      ]) {
        expect(answer).toMatchObject({ status: 400, code: 'INVALID_SCHEDULE' })
        const [error] = (answer.json as { errors: { detail: Record<string, unknown> }[] }).errors
        expect(error?.detail.field).toBe(field)
        expect(error?.detail.reason).toMatch(/\S/)
      }
      expect(checkedBody(await send('GET', path), schedule)).toEqual(never)
    })

    test.each([{ schedule: null }, { schedule: 5 }, { cron: '0' }])('refuses %j', async (body) => {
      expect(await send('POST', path, body)).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETERS',
      })
    })

    test('previews a schedule without saving it', async () => {
      const preview = async (query: string) => send('GET', `${path}/preview?${query}`)
      expect(checkedBody(await preview('schedule=@midnight'), schedule)).toEqual(nightly)
      const from = 'schedule=1+*+*+6&from=2026-12-31T23:30:00-01:00&count=2'
      expect(checkedBody(await preview(from), schedule).nextRuns).toEqual([
        '2027-01-02T01:00:00.000Z',
        '2027-01-09T01:00:00.000Z',
      ])
      for (const count of [0, 101]) {
        const many = await preview(`schedule=0&count=${count}`)
        expect(checkedBody(many, schedule).nextRuns).toHaveLength(100)
      }
      for (const wrong of ['count=some', 'from=tomorrow']) {
        const answer = await preview(`schedule=0&${wrong}`)
        expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
      }
      expect(await preview('')).toMatchObject({ status: 400, code: 'INVALID_SCHEDULE' })
      expect(checkedBody(await send('GET', path), schedule)).toEqual(never)
    })

    test('is in the activity, with the actor and the address', async () => {
      const body = JSON.stringify({ schedule: '@weekly' })
      const headers = { 'Content-Type': 'application/json' }
      await api.as('admin', { remoteAddress: '192.0.2.7' }).ask('POST', path, { body, headers })
      const { events } = await api.services.state.activity.list({ limit: 10 })
      expect(events).toMatchObject([
        { kind: 'schedule changed', actor: 'admin', from: '192.0.2.7' },
      ])
    })
  })

  describe('the policy', () => {
    const policyPath = '/api/v0/garbage-collection/policy'
    const wanted = {
      timeLimitMinutes: 30,
      whileCollecting: 'hold-pushes',
      trashRetentionHours: 168,
      collectUntagged: true,
      untaggedMinimumAgeHours: 0,
      acceptSparseIndexes: true,
    }

    test('has defaults until one is saved', async () => {
      expect(checkedBody(await send('GET', policyPath, undefined, 'reader'), policy)).toEqual({
        timeLimitMinutes: null,
        whileCollecting: 'reject-pushes',
        trashRetentionHours: 0,
        collectUntagged: false,
        untaggedMinimumAgeHours: 24,
        acceptSparseIndexes: false,
      })
      expect(checkedBody(await send('PUT', policyPath, wanted), policy)).toEqual(wanted)
      expect(checkedBody(await send('GET', policyPath), policy)).toEqual(wanted)
    })

    test.each([true, false])(
      'can be saved by older clients that do not know sparse indexes, which stay at %s',
      async (acceptSparseIndexes) => {
        await send('PUT', policyPath, { ...wanted, acceptSparseIndexes })
        const { acceptSparseIndexes: _, ...known } = { ...wanted, trashRetentionHours: 5 }
        const saved = { ...known, acceptSparseIndexes }
        expect(checkedBody(await send('PUT', policyPath, known), policy)).toEqual(saved)
        expect(checkedBody(await send('GET', policyPath), policy)).toEqual(saved)
      },
    )

    test.each(pushModes)('can be set to %s', async (whileCollecting) => {
      const changed = { ...wanted, whileCollecting }
      expect(checkedBody(await send('PUT', policyPath, changed), policy)).toEqual(changed)
      expect(checkedBody(await send('GET', policyPath), policy)).toEqual(changed)
    })

    test.each([
      ['timeLimitMinutes', 0],
      ['timeLimitMinutes', 1.5],
      ['timeLimitMinutes', '30'],
      ['whileCollecting', 'accept'],
      ['trashRetentionHours', -1],
      ['trashRetentionHours', 9000],
      ['collectUntagged', 1],
      ['untaggedMinimumAgeHours', null],
      ['retention', 1],
      ['collectUntagged', undefined],
      ['acceptSparseIndexes', 'yes'],
      ['acceptSparseIndexes', null],
    ])('refuses %s: %j, and stays unchanged', async (field, value) => {
      const answer = await send('PUT', policyPath, { ...wanted, [field]: value })
      expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
      expect(answer.json).toMatchObject({ errors: [{ detail: { field } }] })
      expect(checkedBody(await send('GET', policyPath), policy).collectUntagged).toBe(false)
    })
  })
})
