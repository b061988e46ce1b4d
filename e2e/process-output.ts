import type { ChildProcess } from 'node:child_process'

export interface ProcessOutput {
  /** Everything printed so far. */
  text(): string
  /**
   * Resolves once the process has printed what the pattern finds. Rejects with all that it printed
   * if it ends before.
   */
  find(pattern: RegExp): Promise<RegExpExecArray>
}

/**
 * Follows what a process prints, on those of its outputs that are pipes.
 *
 * @param name of the process in errors
 */
export function followOutput(child: ChildProcess, name: string): ProcessOutput {
  let text = ''
  const outputs = [child.stdout, child.stderr].filter((output) => output !== null)
  for (const output of outputs) output.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return {
    text: () => text,
    find: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(text)
          if (found === null) return
          for (const output of outputs) output.off('data', look)
          resolve(found)
        }
        for (const output of outputs) output.on('data', look)
        look()
        child.once('error', reject)
        child.once('exit', (code, signal) =>
          reject(new Error(`${name} ended with ${code ?? signal}:\n${text}`)),
        )
      }),
  }
}

/** Resolves to the exit code once it has ended; null if a signal ended it. */
export function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('exit', resolve))
}
