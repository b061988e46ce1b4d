import { readFile } from 'node:fs/promises'

/** The text of a policy. Rejects with a sentence. */
export async function readPolicyFile(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${file} cannot be read: ${reason}`, { cause })
  })
}

interface Problem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** In the form of compilers, which editors and build servers read. */
export const problemIn = (file: string, { line, column, message }: Problem): string =>
  `${file}:${line}:${column}: ${message}`
