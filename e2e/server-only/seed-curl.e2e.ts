import { run } from '../clients.ts'
import { expect, test } from '../hosts.ts'
import { adminName, adminPassword } from '../server-process.ts'

const refused = async (...words: readonly string[]): Promise<string> =>
  run('curl', '-s', '-w', ' %{http_code}', ...words)

/** The commands of the product's specification, with this server's address. */
test('the specification’s own curl commands work as printed', async ({ dashboard }) => {
  const { origin } = dashboard
  const user = ['-s', '-u', `${adminName}:${adminPassword}`]
  const status = ['-o', '/dev/null', '-w', '%{http_code}']
  const json = ['-H', 'Content-Type: application/json']
  const settings = `${origin}/api/v0/admin/settings/registry/garbageCollection`

  expect(
    await run(
      'curl',
      ...user,
      ...status,
      '-X',
      'DELETE',
      `${origin}/api/v0/repositories/team/app/manifests/1.0`,
    ),
  ).toBe('204')
  const scheduled = await run(
    'curl',
    ...user,
    ...json,
    '-X',
    'POST',
    `${settings}/schedule`,
    '-d',
    '{"schedule":\n"0 * * *"}',
  )
  expect(JSON.parse(scheduled)).toMatchObject({ schedule: '0 * * *' })
  const started = await run(
    'curl',
    '-X',
    'POST',
    ...user,
    ...json,
    `${origin}/api/v0/admin/jobs`,
    '-d',
    '{ "job" : "registryGC"}',
  )
  expect(JSON.parse(started)).toMatchObject({ action: 'gc' })
  await expect
    .poll(async () => JSON.parse(await run('curl', ...user, `${settings}/lastSavings`)) as unknown)
    .toMatchObject({ status: 'done', manifestsRemoved: 1 })

  expect(await refused('-u', 'admin:wrong', `${settings}/lastSavings`)).toContain(' 401')
  expect(
    await refused(
      ...user,
      ...json,
      '-X',
      'POST',
      `${settings}/schedule`,
      '-d',
      '{"schedule":"0 32"}',
    ),
  ).toMatch(/day of month: 32 is not between 1 and 31.* 400$/)
  expect(
    await refused(...user, ...json, `${origin}/api/v0/admin/jobs`, '-d', '{"job":"defrag"}'),
  ).toMatch(/registryGC.* 400$/)
  expect(await refused(...user, ...json, `${origin}/api/v0/admin/jobs`, '-d', '{"job":')).toMatch(
    /INVALID_JSON.* 400$/,
  )
})
