import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A balancer without sticky sessions: each request goes to the next server. */
export interface RoundRobin {
  readonly origin: string
  /** `127.0.0.1:41234` */
  readonly registryHost: string
  /** How many requests each server got. */
  readonly counts: readonly number[]
  close(): Promise<void>
}

export async function startRoundRobin(origins: readonly string[]): Promise<RoundRobin> {
  const counts = origins.map(() => 0)
  let turn = 0
  const proxy = createServer((incoming, answer) => {
    const at = (turn += 1) % origins.length
    counts[at] = (counts[at] ?? 0) + 1
    const { method, url, headers } = incoming
    const forwarded = request(new URL(url ?? '/', origins[at]), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.rawHeaders)
      response.pipe(answer)
    })
    forwarded.on('error', () => answer.destroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    registryHost: `127.0.0.1:${port}`,
    counts,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve())
        proxy.closeAllConnections()
      }),
  }
}
