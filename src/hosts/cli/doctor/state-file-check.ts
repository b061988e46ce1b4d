import { stat } from 'node:fs/promises'
import { inspectStateFile } from '#adapters/sqlite/inspect-state-file.ts'
import { stateFile } from '#hosts/server/paths.ts'
import { reasonOf, right, warning, wrong, type Check, type Finding } from './check.ts'

async function lookAtRights(path: string): Promise<Finding> {
  const { mode, uid } = await stat(path)
  if (process.getuid !== undefined && process.getuid() !== 0 && uid !== process.getuid()) {
    const advice = 'run the server as the account that owns it, or change its owner'
    return wrong(`${path} belongs to another account`, advice)
  }
  return (mode & 0o077) === 0
    ? right('only its owner can read it')
    : warning(`${path} can be read by others`, 'nothing: the next start takes these rights away')
}

/** The state in SQLite. */
export const stateFileCheck: Check = {
  about: 'state',
  applies: ({ databaseURL }) => databaseURL === null,
  async look({ dataFolder }) {
    const path = stateFile(dataFolder)
    if ((await stat(path).catch(() => null)) === null) {
      const advice = 'nothing, before the first start, which makes it; otherwise see JETSAM_DATA'
      return [warning(`there is no state in ${path}`, advice)]
    }
    try {
      const { pending } = await inspectStateFile(path)
      return [
        right(`${path} is whole`),
        pending === 0
          ? right('it is of this version')
          : right(`it is of an earlier version: the next start brings it up to date`),
        await lookAtRights(path),
      ]
    } catch (error) {
      return [wrong(reasonOf(error), 'as it says')]
    }
  },
}
