import { join } from 'node:path'
import { basic, run, skopeo } from '../clients.ts'
import { expect, test } from '../hosts.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'

const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'] as const
const developer = 'dana:jetsam-dana'

function needServer(server: ServerProcess | null): ServerProcess {
  if (server === null) throw new Error('this needs the server host')
  return server
}

/** Calls `/api/v0`, and resolves to the answer; rejects if it is refused. */
async function ask(
  server: ServerProcess,
  method: string,
  path: string,
  body?: unknown,
  authorization = basic,
): Promise<Record<string, string>> {
  const answer = await fetch(`${server.origin}/api/v0${path}`, {
    method,
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? {} : ((await answer.json()) as Record<string, string>)
}

const openToAll = (server: ServerProcess, ...scopes: readonly string[]) =>
  ask(server, 'PUT', '/anonymous/access', {
    grants: scopes.map((scope) => ({ scope, accessLevel: 'read-only' })),
  })

const createToken = (server: ServerProcess, name: string, actions: readonly string[]) =>
  ask(
    server,
    'POST',
    '/accounts/dana/accessTokens',
    { name, repositories: ['team'], actions },
    `Basic ${Buffer.from(developer).toString('base64')}`,
  )

test('a public repository is pulled without a login, and no other is', async ({ dashboard }) => {
  const server = needServer(dashboard.server)
  const folder = await makeFolder()
  const pull = (image: string, to: string) =>
    skopeo(
      'copy',
      '--all',
      '--quiet',
      '--src-no-creds',
      ...plain,
      `docker://${server.registryHost}/${image}`,
      `dir:${join(folder.path, to)}`,
    )
  await expect(pull('library/base:latest', 'before')).rejects.toThrow('unauthorized: sign in first')
  await openToAll(server, 'library')
  await pull('library/base:latest', 'after')
  await expect(pull('team/app:1.0', 'hidden')).rejects.toThrow('unauthorized: sign in first')
  await expect(
    skopeo(
      'copy',
      '--quiet',
      '--dest-no-creds',
      ...plain,
      `dir:${join(folder.path, 'after')}`,
      `docker://${server.registryHost}/library/base:mine`,
    ),
  ).rejects.toThrow('unauthorized: sign in first')
  const listed = await skopeo(
    'list-tags',
    '--no-creds',
    '--tls-verify=false',
    `docker://${server.registryHost}/library/base`,
  )
  expect((JSON.parse(listed) as { Tags: string[] }).Tags).toContain('latest')
  // Without any client's token, as a script does it.
  const manifest = `${server.origin}/v2/library/base/manifests/latest`
  expect(await run('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', manifest)).toBe('200')
  await folder.remove()
})

test('an access token is a password for its scope, until it is revoked', async ({ dashboard }) => {
  const server = needServer(dashboard.server)
  const folder = await makeFolder()
  const reading = await createToken(server, 'reading', ['pull'])
  const writing = await createToken(server, 'writing', ['pull', 'push'])
  const at = `docker://${server.registryHost}/team/app:1.0`
  const copy = `docker://${server.registryHost}/team/copy:1.0`
  const image = `dir:${join(folder.path, 'image')}`
  const pull = () =>
    skopeo('copy', '--all', '--quiet', ...plain, `--src-creds=dana:${reading.token}`, at, image)
  const push = (token: string | undefined) =>
    skopeo('copy', '--all', '--quiet', ...plain, `--dest-creds=dana:${token}`, image, copy)

  await pull()
  await expect(push(reading.token)).rejects.toThrow('this access token does not allow push')
  await push(writing.token)
  await expect(
    skopeo('delete', '--tls-verify=false', `--creds=dana:${writing.token}`, copy),
  ).rejects.toThrow('this access token does not allow delete')

  const authFile = join(folder.path, 'auth.json')
  const login = (token: string | undefined) =>
    run(
      'skopeo',
      'login',
      '--tls-verify=false',
      `--authfile=${authFile}`,
      '--username=dana',
      `--password=${token}`,
      server.registryHost,
    )
  expect(await login(reading.token)).toContain('Login Succeeded')
  // As sent by a client that does not ask for a challenge first.
  const tags = `${server.origin}/v2/team/app/tags/list`
  const status = () =>
    run('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '-u', `dana:${reading.token}`, tags)
  expect(await status()).toBe('200')
  const listed = async () =>
    (await ask(server, 'GET', '/accessTokens')) as unknown as {
      accessTokens: { name: string; lastUsedAt: string | null }[]
    }
  await expect
    .poll(async () =>
      (await listed()).accessTokens.map(({ lastUsedAt }) => typeof lastUsedAt === 'string'),
    )
    .toEqual([true, true])

  await ask(server, 'DELETE', `/accounts/dana/accessTokens/${reading.id}`)
  expect(await status()).toBe('401')
  await expect(pull()).rejects.toThrow('the access token is wrong, revoked, expired')
  await expect(login(reading.token)).rejects.toThrow('invalid username/password')
  await folder.remove()
})

test('a token and a bearer token stay valid after a restart, and end with the account', async ({
  dashboard,
}) => {
  const server = needServer(dashboard.server)
  const { token } = await createToken(server, 'build', ['pull'])
  await server.stop()
  const again = await startServer(server.dataFolder)
  try {
    const path = '/v2/token?scope=repository:team/app:pull'
    const answer = await run('curl', '-sf', '-u', `dana:${token}`, `${again.origin}${path}`)
    const bearer = (JSON.parse(answer) as { token: string }).token
    const status = () =>
      run(
        'curl',
        '-s',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        '-H',
        `Authorization: Bearer ${bearer}`,
        `${again.origin}/v2/team/app/manifests/1.0`,
      )
    expect(await status()).toBe('200')
    await ask(again, 'DELETE', '/accounts/dana')
    expect(await status()).toBe('401')
  } finally {
    await again.stop()
  }
})
