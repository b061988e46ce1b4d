import { spawnSync } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where Debian keeps the programs of the server, which are in no PATH. */
const debianFolder = '/usr/lib/postgresql'

function debianVersions(): string[] {
  try {
    return readdirSync(debianFolder).toSorted((one, other) => Number(other) - Number(one))
  } catch {
    return []
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export const isRoot = process.getuid?.() === 0

/** What must come before a command, because a server refuses to run as root. */
export const asPostgres: readonly string[] = isRoot
  ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
  : []

/** The folder with the programs of a PostgreSQL server; null if it cannot be run here. */
export function findPostgres(): string | null {
  const [program, ...words] = [...asPostgres, 'true']
  if (spawnSync(program ?? '', words).status !== 0) return null
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...debianVersions().map((version) => join(debianFolder, version, 'bin')),
  ]
  const needed = ['initdb', 'postgres']
  return folders.find((folder) => needed.every((name) => isProgram(join(folder, name)))) ?? null
}
