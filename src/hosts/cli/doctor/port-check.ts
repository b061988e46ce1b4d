import { once } from 'node:events'
import { createServer } from 'node:net'
import { listenError } from '#hosts/server/startup-checks.ts'
import { right, warning, wrong, type Check } from './check.ts'

/** Whether the server could listen. */
export const portCheck: Check = {
  about: 'address',
  applies: () => true,
  async look(configuration) {
    const { host, port } = configuration
    const server = createServer()
    try {
      server.listen(port, host)
      await once(server, 'listening')
      return [right(`${host}:${port} is free`)]
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
        const advice = 'nothing, if the server runs; otherwise choose another with JETSAM_PORT'
        return [warning(`${host}:${port} is in use`, advice)]
      }
      return [wrong(`${host}:${port} cannot be used`, listenError(error, configuration).message)]
    } finally {
      server.close()
    }
  },
}
