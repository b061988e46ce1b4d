import { once } from 'node:events'
import {
  lstat,
  mkdtemp,
  readdir,
  readlink,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, test } from 'vitest'
import { streamOfFile } from '#adapters/filesystem/file-stream.ts'
import { binaryContent } from '#services/samples/file-content.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'

const content = Buffer.from(binaryContent(1, 3_000_001))

let folder = ''
let file = ''
let server: HttpServer
let failures: unknown[] = []
/** How much longer an answer claims to be than it is. */
let surplus = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-send-'))
  file = join(folder, 'data')
  await writeFile(file, content)
  surplus = 0
  failures = []
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    async api(request) {
      const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('Range') ?? '') ?? []
      const range = start && end ? { start: Number(start), end: Number(end) } : undefined
      const size = range ? range.end - range.start + 1 : (await lstat(file)).size
      return new Response(streamOfFile(file, 'data', range), {
        status: range ? 206 : 200,
        headers: {
          'Content-Length': String(size + surplus),
          'Content-Type': 'application/octet-stream',
          'X-More': 'a, b',
        },
      })
    },
    dashboard: () => new Response('the dashboard'),
    fail: (error) => failures.push(error),
  })
})
afterEach(async () => {
  await server.close(0)
  await rm(folder, { recursive: true })
})

const url = () => `${server.origin}/v2/team/app/blobs/sha256:abc`
const getPart = (start: number, end: number) =>
  fetch(url(), { headers: { Range: `bytes=${start}-${end}` } })
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

/** How many times this process has the file open. */
async function openings(): Promise<number> {
  const descriptors = await readdir('/proc/self/fd')
  const targets = descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ''))
  return (await Promise.all(targets)).filter((target) => target === file).length
}

it('arrives whole, with its headers', async () => {
  const answer = await fetch(url())
  expect(answer.status).toBe(200)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-length': '3000001',
    'content-type': 'application/octet-stream',
    'x-more': 'a, b',
  })
  expect((await bytesOf(answer)).equals(content)).toBe(true)
  expect(failures).toEqual([])
})

it('has its headers spelled as in documentation', async () => {
  const [answer] = (await once(get(url()), 'response')) as [IncomingMessage]
  answer.resume()
  expect(answer.rawHeaders).toEqual(
    expect.arrayContaining(['Content-Length', 'Content-Type', 'X-More']),
  )
})

it.each([
  [0, 0],
  [1, 262_144],
  [100_000, 700_000],
  [3_000_000, 3_000_000],
])('from byte %d to %d arrives as that part', async (start, end) => {
  const answer = await getPart(start, end)
  expect(answer.status).toBe(206)
  expect((await bytesOf(answer)).equals(content.subarray(start, end + 1))).toBe(true)
})

it('with nothing in it is an empty answer', async () => {
  await truncate(file)
  expect(await bytesOf(await fetch(url()))).toHaveLength(0)
  expect(failures).toEqual([])
})

it('many at a time, over the same connections, are not mixed up', async () => {
  const starts = Array.from({ length: 40 }, (_, at) => at * 70_000)
  const parts = await Promise.all(
    starts.map(async (start, at) => await bytesOf(await getPart(start, start + 60_000 + at))),
  )
  for (const [at, start] of starts.entries()) {
    expect(parts[at]?.equals(content.subarray(start, start + 60_001 + at))).toBe(true)
  }
})

it('that ends too early cuts the connection, and is reported', async () => {
  surplus = 1
  const answer = await fetch(url())
  await expect(answer.arrayBuffer()).rejects.toThrow()
  // The client may see the cut before the server says why.
  await expect.poll(() => String(failures)).toContain('data ends 1 bytes too early')
})

it('that cannot be opened is an error, and a symbolic link is not followed', async () => {
  await rm(file)
  await symlink(join(folder, 'secret'), file)
  await writeFile(join(folder, 'secret'), 'secret')
  const answer = await fetch(url())
  expect(answer.status).toBe(500)
  expect(await answer.text()).toBe('')
  expect(String(failures)).toContain('ELOOP')
})

test.runIf(process.platform === 'linux')(
  'is closed when the client has it, and when the client disconnects',
  async () => {
    await bytesOf(await fetch(url()))
    await expect.poll(openings).toBe(0)

    const request = get(url())
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    await once(answer, 'readable')
    expect(await openings()).toBe(1)
    answer.destroy()
    await expect.poll(openings).toBe(0)
    expect(failures).toEqual([])
  },
)
