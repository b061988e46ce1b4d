import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram, needs } from './needs.ts'
import { developer } from './seed-accounts.ts'
import { adminName, adminPassword } from './server-process.ts'

const execute = promisify(execFile)

/** Where clients run: with their own home folder, and signed in by the files that they read. */
export interface ClientPlace {
  readonly host: string
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  /** An OCI layout with one image, under the tag `latest`. */
  readonly layout: string
  /** Another one, whose image has two platforms. */
  readonly multiLayout: string
}

/** The accounts that a client may be signed in as; `nobody` has a wrong password. */
const people = {
  administrator: `${adminName}:${adminPassword}`,
  developer: `${developer.name}:${developer.password}`,
  nobody: `${adminName}:wrong`,
} as const

export type ClientPerson = keyof typeof people

export async function makeClientPlace(
  layouts: Pick<ClientPlace, 'layout' | 'multiLayout'>,
  host: string,
  folder: string,
  person: ClientPerson = 'administrator',
): Promise<ClientPlace> {
  const home = join(folder, `home-${person}`)
  const docker = join(home, '.docker')
  await mkdir(docker, { recursive: true })
  const auth = Buffer.from(people[person]).toString('base64')
  const authFile = join(docker, 'config.json')
  await writeFile(authFile, JSON.stringify({ auths: { [host]: { auth } } }))
  const regctl = join(home, 'regctl.json')
  await writeFile(regctl, JSON.stringify({ hosts: { [host]: { tls: 'disabled' } } }))
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    DOCKER_CONFIG: docker,
    REGISTRY_AUTH_FILE: authFile,
    REGCTL_CONFIG: regctl,
    HELM_REGISTRY_CONFIG: authFile,
    // No person is there to type it, and it protects nothing.
    COSIGN_PASSWORD: 'a test',
  }
  return { ...layouts, host, folder: home, environment }
}

/** Runs a client; resolves to its output, and rejects with its error message. */
export async function runClient(
  place: ClientPlace,
  name: string,
  ...words: readonly string[]
): Promise<string> {
  needs(name)
  const { stdout } = await execute(findProgram(name) ?? name, words, {
    env: place.environment,
    cwd: place.folder,
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

let paths = 0
/** A new path in the place's folder. */
export const newPath = (place: ClientPlace): string => join(place.folder, `path-${(paths += 1)}`)
