import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHttpServer } from './http/http-server.ts'
import { expectFolders, listenError, makeFolder } from './startup-checks.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-start-'))
  await writeFile(join(folder, 'file'), '')
  await symlink(join(folder, 'absent', 'deeper'), join(folder, 'link'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('a folder that cannot be created', () => {
  it.each([
    ['file', 'for a file is in its place or above it: move that away, or choose'],
    ['file/below', 'for a file is in its place or above it: move that away, or choose'],
    ['link', 'for a symbolic link there leads nowhere: mend the link, or choose'],
    ['x'.repeat(300), 'cannot be made (ENAMETOOLONG'],
  ])('is reported in a sentence: %s', async (name, sentence) => {
    const making = makeFolder(join(folder, name), 'JETSAM_DATA')
    await expect(making).rejects.toThrow(sentence)
    await expect(making).rejects.toThrow(/ choose another folder with JETSAM_DATA\.$/)
  })

  it('causes no error where it can', async () => {
    await makeFolder(join(folder, 'a', 'b'), 'JETSAM_DATA', 0o700)
    expect((await stat(join(folder, 'a', 'b'))).mode & 0o77).toBe(0)
    await makeFolder(join(folder, 'a', 'b'), 'JETSAM_DATA', 0o700)
  })
})

it.each(['docker', 'docker/registry/v2', 'jetsam/v1'])(
  'a file in the place of %s is reported before anything is served',
  async (path) => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await expectFolders(folder)
    await writeFile(join(folder, path), '')
    await expect(expectFolders(folder)).rejects.toThrow(
      `${join(folder, path)} is no folder, so that no images can be kept there: move it away`,
    )
  },
)

describe('an address that cannot be listened on', () => {
  const listen = async (host: string, port: number): Promise<void> => {
    const answer = () => new Response()
    const options = { host, port, api: answer, dashboard: answer, fail: () => {} }
    const server = await startHttpServer(options).catch((error: unknown) => {
      throw listenError(error, { host, port })
    })
    await server.close(0)
  }

  it('is reported when another program has the port', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    try {
      await expect(listen('127.0.0.1', port)).rejects.toThrow(
        `127.0.0.1:${port} is in use by another program: stop that, or choose another port with JETSAM_PORT (0: any free one).`,
      )
    } finally {
      await new Promise((resolve) => other.close(resolve))
    }
  })

  it('is reported when the machine has no such address', async () => {
    // Reserved for documentation (RFC 5737): no machine has it.
    await expect(listen('203.0.113.7', 0)).rejects.toThrow(
      'this machine has no address 203.0.113.7: choose one of its own with JETSAM_HOST',
    )
  })

  it.each([
    ['ENOTFOUND', 'there is no host ::1: choose'],
    ['EAI_AGAIN', 'there is no host ::1: choose'],
    ['EACCES', 'this account may not listen on port 80: choose one from 1024'],
    ['EPERM', 'the server cannot listen on [::1]:80 (EPERM): choose another address with'],
  ])('is reported in a sentence: %s', (code, sentence) => {
    const cause = Object.assign(new Error(code), { code })
    const error = listenError(cause, { host: '::1', port: 80 })
    expect(error.message).toContain(sentence)
    expect(error.cause).toBe(cause)
  })
})
