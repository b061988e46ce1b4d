import { serveRequests } from './remote-fetch.ts'
import { scenarios } from './scenarios.ts'
import { startRegistry } from './start-registry.ts'

// The code of a shared worker. The first word of its name is the scenario.
const scenario = scenarios.find((known) => self.name.split(' ')[0] === known) ?? scenarios[0]
const host = startRegistry(scenario)

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports
  if (port) serveRequests(port, async (request) => (await host).fetch(request))
})
