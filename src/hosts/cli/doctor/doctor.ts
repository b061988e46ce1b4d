import type { Configuration } from '#hosts/server/configuration.ts'
import type { ServerConfiguration } from '#hosts/server/distribution-configuration.ts'
import { reasonOf, right, wrong, type Check, type Finding } from './check.ts'
import { checks as all } from './checks.ts'

interface Said extends Finding {
  readonly about: string
}

const sign = { right: 'ok', warning: 'look', wrong: 'WRONG' } as const

const lineOf = ({ about, status, found, advice }: Said): string =>
  `${sign[status].padEnd(5)}  ${about}: ${found}${advice === null ? '' : `\n       ${advice}`}`

async function look(check: Check, configuration: Configuration): Promise<readonly Said[]> {
  const found = await check
    .look(configuration)
    .catch((error: unknown) => [wrong(reasonOf(error), 'see to that first, and run this again')])
  return found.map((finding) => ({ ...finding, about: check.about }))
}

/**
 * Looks at all that a server with this configuration needs, and says what is wrong and what to do.
 * Also while the server runs. Resolves to whether it can run.
 */
export async function doctor(
  { configuration, notes }: ServerConfiguration,
  { isJSON, print }: { readonly isJSON: boolean; readonly print: (line: string) => void },
  checks: readonly Check[] = all,
): Promise<boolean> {
  const said: Said[] = notes.map((note) => ({ about: 'configuration', ...right(note) }))
  if (!configuration.ok) {
    said.push({ about: 'configuration', ...wrong(configuration.refusal.message, 'as it says') })
  } else {
    const { value } = configuration
    for (const check of checks) {
      if (check.applies(value)) said.push(...(await look(check, value)))
    }
  }
  const isRight = said.every(({ status }) => status !== 'wrong')
  if (isJSON) print(JSON.stringify({ ok: isRight, findings: said }))
  else for (const one of said) print(lineOf(one))
  return isRight
}
