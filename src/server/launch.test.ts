import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFileStorage } from '#adapters/node/file-storage.ts'
import { contentOf, tinyImage } from '#fixtures/tiny-image.ts'
import { openTestRegistry } from '#registry/test-registry.contract.ts'
import { usage } from './command-line.ts'

const launcher = fileURLToPath(new URL('launch.mjs', import.meta.url))
const launch = (...words: readonly string[]) =>
  spawnSync(process.execPath, [launcher, ...words], { encoding: 'utf8' })

let storage = ''
beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'jetsam-launch-'))
})
afterAll(() => rm(storage, { recursive: true }))

it('runs the command line, compiled', async () => {
  const orphan = contentOf('orphan')
  const registry = openTestRegistry({
    storage: await createFileStorage({ root: storage, durable: false }),
  })
  await registry.push('team/app', tinyImage({ layers: ['base'] }), '1.0')
  await registry.pushBlob('team/app', orphan)
  const planned = launch('collect', '--storage', storage, '--dry-run', '--json')
  expect(planned.status).toBe(0)
  expect(JSON.parse(planned.stdout)).toMatchObject({ removed: [orphan.digest] })
})

it('goes on when nobody reads what it prints', async () => {
  const command = spawn(process.execPath, [launcher, 'collect', '--storage', storage])
  command.stdout.destroy()
  let complaints = ''
  command.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  expect(await once(command, 'close')).toEqual([0, null])
  expect(complaints).toBe('')
  const left = launch('collect', '--storage', storage, '--dry-run', '--json')
  expect(JSON.parse(left.stdout)).toMatchObject({ removed: [] })
})

it('hands over what the command line says of a mistake', () => {
  const { status, stderr } = launch('collect', '--sotrage', storage)
  expect(status).toBe(2)
  expect(stderr).toContain(usage)
})
