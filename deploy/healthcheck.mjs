/*
 * Ends with 0 if the server in this container answers, and so does its storage; with 1 otherwise.
 * Images with Node.js carry no other client of HTTP.
 */

const { JETSAM_HOST: host = '', JETSAM_PORT: port = '' } = process.env
/** Where to ask a server that listens on all addresses. */
const loopback = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '[::1]' }
const address = loopback[host] ?? (host.includes(':') ? `[${host}]` : host)

try {
  const answer = await fetch(`http://${address}:${port || 4400}/healthz`)
  process.stdout.write(await answer.text())
  process.exitCode = answer.ok ? 0 : 1
} catch (error) {
  process.stdout.write(`${error.cause?.message ?? error.message}\n`)
  process.exitCode = 1
}
