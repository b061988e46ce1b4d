import { readConfiguration } from '#hosts/server/distribution-configuration.ts'
import type { CommandOutput } from '../collect.ts'
import type { RetentionCommand } from './retention-command.ts'

/**
 * Checks, shows or does what rules say. Images and state are where a server with the same
 * environment has them, unless the command names other places. Resolves to whether all is well.
 */
export async function retention(
  command: RetentionCommand,
  output: CommandOutput,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  if (command.act === 'test') {
    const { testPolicy } = await import('./test-policy.ts')
    return await testPolicy(command, output)
  }
  const { storage, data } = command
  const named = {
    ...(storage !== null && { JETSAM_STORAGE: storage }),
    ...(data !== null && { JETSAM_DATA: data }),
  }
  const { configuration } = await readConfiguration({ ...environment, ...named }, process.cwd())
  if (!configuration.ok) throw new Error(configuration.refusal.message)
  if (command.act === 'preview') {
    const { previewPolicy } = await import('./preview-policy.ts')
    return await previewPolicy(command, configuration.value, output)
  }
  const { runPolicies } = await import('./run-policies.ts')
  return await runPolicies(command, configuration.value, output)
}
