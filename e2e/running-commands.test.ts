import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseRunningReport } from '../src/domain/retention/running-report.ts'

/**
 * The commands that docs/retention.md prints for reporting what runs, as they stand there, over what
 * kubectl and docker printed. The shell finds these and curl as scripts of this test.
 */

const recorded = fileURLToPath(new URL('recorded-running', import.meta.url))
const documentation = fileURLToPath(new URL('../docs/retention.md', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-running-'))
  await script(
    'curl',
    `cat > ${join(folder, 'sent')}; printf '%s\\n' "$@" > ${join(folder, 'asked')}`,
  )
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function script(name: string, text: string): Promise<void> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
}

/** The documented command that uses a program. */
async function commandWith(program: string): Promise<string> {
  const lines = (await readFile(documentation, 'utf8')).split('\n')
  const found = lines.filter((line) => line.startsWith('set -o pipefail') && line.includes(program))
  expect(found).toHaveLength(1)
  return found[0] ?? ''
}

/** Runs it; what was sent, or null if nothing was. */
async function sentBy(command: string): Promise<string | null> {
  const environment = { LC_ALL: 'C', NAME: 'reporter', TOKEN: 't', JETSAM: 'http://registry.test' }
  const env = { ...environment, PATH: `${folder}:${process.env['PATH'] ?? ''}` }
  await promisify(execFile)('bash', ['-c', command], { env }).catch(() => {})
  return await readFile(join(folder, 'sent'), 'utf8').catch(() => null)
}

function linesOf(sent: string | null): readonly string[] {
  const parsed = parseRunningReport(sent ?? '')
  expect(parsed.ok || parsed.refusal.message).toBe(true)
  return parsed.ok ? parsed.value.map(({ text }) => text) : []
}

describe('the command for Kubernetes', () => {
  test('sends what all pods run, by reference and by digest', async () => {
    await script('kubectl', `cat ${join(recorded, 'kubectl-pods.txt')}`)
    const sent = linesOf(await sentBy(await commandWith('kubectl get pods')))
    expect(sent).toEqual(
      (await readFile(join(recorded, 'kubectl-images.txt'), 'utf8')).trimEnd().split('\n'),
    )
    const asked = await readFile(join(folder, 'asked'), 'utf8')
    expect(asked).toContain('http://registry.test/api/v0/running/prod')
    expect(asked).toContain('Content-Type: text/plain')
  })

  test('sends nothing if kubectl fails, also in the middle', async () => {
    const command = await commandWith('kubectl get pods')
    await script('kubectl', 'echo "error: You must be logged in to the server" >&2; exit 1')
    expect(await sentBy(command)).toBeNull()
    await script('kubectl', `head -n 40 ${join(recorded, 'kubectl-pods.txt')}; exit 1`)
    expect(await sentBy(command)).toBeNull()
  })
})

const docker = (inspected: string) =>
  script(
    'docker',
    `case "$1" in ps) cat ${join(recorded, 'docker-ps.txt')};; inspect) ${inspected};; esac`,
  )

describe('the command for Docker', () => {
  test('sends the image and the reference of each container', async () => {
    await docker(`cat ${join(recorded, 'docker-inspect.txt')}`)
    const sent = linesOf(await sentBy(await commandWith('docker ps')))
    expect(sent).toEqual([
      'registry.example.com/team/app:1.4.2',
      'registry.example.com/team/worker@sha256:5f7be3d6c2f0a6bb1a6ad1e93a0b80e6a1ea3c0d7d6b5a4c3e2f1a0b9c8d7e6f',
      'sha256:0b5c7a6d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b',
      'sha256:9a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
    ])
  })

  test('sends nothing if docker fails', async () => {
    const command = await commandWith('docker ps')
    await docker('exit 1')
    expect(await sentBy(command)).toBeNull()
  })
})

test('the dashboard shows the same commands', async () => {
  // The pages are no project that tests of this folder may refer to.
  const file = new URL('../src/web/features/cleaning/running/report-commands.ts', import.meta.url)
  const { reportCommands } = (await import(file.href)) as {
    readonly reportCommands: readonly { readonly from: string; readonly command: string }[]
  }
  expect(reportCommands).toHaveLength(2)
  for (const { from, command } of reportCommands) {
    expect(command).toBe(await commandWith(from === 'Docker' ? 'docker' : 'kubectl'))
  }
})
