import { activityList } from '#contract/activity.ts'
import { repositoryList } from '#contract/images/repositories.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const app = '/api/v0/repositories/team/app'
const image = tinyImage({ layers: ['base', 'app'] })
let api: TestApi

beforeEach(async () => {
  api = await createTestApi()
  await api.as('admin').pushImage('team/app', image, '1.0')
})

const ask = (method: string, path: string, as: TestPerson = 'owner') => api.as(as).ask(method, path)

const list = async () =>
  checkedBody(await ask('GET', '/api/v0/repositories'), repositoryList).repositories

async function collect(): Promise<void> {
  api.clock.advance(60_000)
  const { collections } = api.services
  await collections.startCollection({ trigger: 'api', actor: { name: 'admin', from: null } })
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
}

test('a repository is empty after its images are collected, and then it can be removed', async () => {
  expect(await list()).toMatchObject([{ empty: false, tagCount: 1 }])
  expect(await ask('DELETE', app)).toMatchObject({
    status: 409,
    code: 'REPOSITORY_NOT_EMPTY',
    json: {
      errors: [
        {
          message: 'team/app is not empty: it has 1 tag, 1 manifest, 3 layers: delete them first',
        },
      ],
    },
  })

  await ask('DELETE', `${app}/manifests/1.0`)
  expect(await list()).toMatchObject([{ empty: false, tagCount: 0 }])
  expect(await ask('DELETE', app)).toMatchObject({ status: 409, code: 'REPOSITORY_NOT_EMPTY' })

  await collect()
  expect(await list()).toMatchObject([{ empty: true, tagCount: 0, size: 0 }])
  expect(await ask('DELETE', app, 'writer')).toMatchObject({ status: 403 })
  expect(await ask('DELETE', app)).toMatchObject({ status: 204, text: '' })
  expect(await list()).toEqual([])
  expect((await api.as('admin').ask('GET', '/v2/_catalog')).json).toEqual({ repositories: [] })
  expect(await ask('DELETE', app)).toMatchObject({ status: 404, code: 'NO_SUCH_REPOSITORY' })
  expect(api.failures).toEqual([])
})

test('the removal is in the activity, and a push creates the repository again', async () => {
  await ask('DELETE', `${app}/manifests/1.0`)
  await collect()
  await ask('DELETE', app)
  const activity = checkedBody(await ask('GET', '/api/v0/activity', 'admin'), activityList)
  expect(activity.entries[0]).toMatchObject({
    kind: 'repository removed',
    actor: 'owner',
    repository: 'team/app',
  })
  await api.as('writer').pushImage('team/app', image, '1.0')
  expect(await list()).toMatchObject([{ empty: false, tagCount: 1 }])
})
