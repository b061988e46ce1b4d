import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What distinguishes a process from all others that may ever access the same files. */
export interface ProcessIdentity {
  /** For people: containers of one machine, and machines of one image, may share a name. */
  readonly host: string
  readonly pid: number
  /** Differs after each start of the machine, and between machines; null if unknown. */
  readonly bootId: string | null
  /** The namespaces in which a process id and a start time are valid; null if unknown. */
  readonly namespaces: string | null
  /** Distinguishes a process from a later one with the same id; null if unknown. */
  readonly processStart: string | null
}

const orNull = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch {
    return null
  }
}

/** Field 22 of `/proc/<pid>/stat`: when the process started (proc(5)). Only Linux has it. */
function processStart(pid: number): string | null {
  const fields = orNull(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  // The command's name is in parentheses and may itself contain spaces and parentheses.
  return fields?.slice(fields.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** Under `unshare --pid` without its own `/proc`, this would read that of other processes. */
const isOwnProc = (): boolean => orNull(() => readlinkSync('/proc/self')) === String(process.pid)

const bootId = (): string | null =>
  orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() || null)

const namespaces = (): string | null =>
  isOwnProc()
    ? orNull(() => ['pid', 'time'].map((kind) => readlinkSync(`/proc/self/ns/${kind}`)).join(' '))
    : null

export function identifyProcess(): ProcessIdentity {
  const within = namespaces()
  return {
    host: hostname(),
    pid: process.pid,
    bootId: bootId(),
    namespaces: within,
    processStart: within === null ? null : processStart(process.pid),
  }
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/**
 * Whether the process has certainly ended. False for one of another machine, of another container,
 * or from before the last start of this machine: its id means nothing here.
 */
export function hasEnded(one: ProcessIdentity): boolean {
  const self = identifyProcess()
  if (self.bootId === null || self.namespaces === null) return false
  if (one.bootId !== self.bootId || one.namespaces !== self.namespaces) return false
  if (!processLives(one.pid)) return true
  const start = processStart(one.pid)
  return start !== null && one.processStart !== null && start !== one.processStart
}
