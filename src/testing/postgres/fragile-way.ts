import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'

export interface FragileWay {
  /** Of a URL: the host and the port that lead over it. */
  readonly parameters: string
  /** From now on, what the server says on the open connections never arrives. */
  loseAnswers(): void
  /** Connections that are opened from now on are whole. */
  mend(): void
  remove(): Promise<void>
}

/** A way to a socket that can lose all bytes of one direction, as a broken network does. */
export async function createFragileWay(socket: string): Promise<FragileWay> {
  const open = new Set<Socket>()
  let isLosing = false
  const server = createServer((client) => {
    const target = createConnection(socket)
    let isWhole = !isLosing
    for (const one of [client, target]) {
      open.add(one)
      // One end closes both, and neither says why.
      one.on('error', () => {})
      one.on('close', () => {
        client.destroy()
        target.destroy()
      })
    }
    client.on('data', (bytes) => target.write(bytes))
    target.on('data', (bytes) => {
      if (isLosing) isWhole = false
      if (isWhole) client.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    parameters: `host=127.0.0.1&port=${port}`,
    loseAnswers() {
      isLosing = true
    },
    mend() {
      isLosing = false
    },
    async remove() {
      for (const one of open) one.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
