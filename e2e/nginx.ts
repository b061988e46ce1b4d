import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { run } from './clients.ts'
import { needs } from './needs.ts'

const documentation = fileURLToPath(new URL('../docs/proxies.md', import.meta.url))

/** The documented lines for nginx, with other addresses and files in them. */
export async function documentedNginx(replaced: Readonly<Record<string, string>>): Promise<string> {
  const text = await readFile(documentation, 'utf8')
  let lines = /```nginx\n(.*?)```/s.exec(text)?.[1] ?? ''
  for (const [from, to] of Object.entries(replaced)) {
    if (lines.split(from).length !== 2)
      throw new Error(`"${from}" does not occur exactly once:\n${lines}`)
    lines = lines.replace(from, to)
  }
  return lines
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A self-signed certificate for `localhost`. */
export async function makeCertificate(folder: string): Promise<{ pem: string; key: string }> {
  const [pem, key] = [join(folder, 'tls.pem'), join(folder, 'tls.key')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-x509', '-nodes', '-newkey', 'rsa:2048', '-days', '2']
  await run('openssl', 'req', ...kind, ...subject, '-keyout', key, '-out', pem)
  return { pem, key }
}

async function answersAt(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Runs nginx with one `server` block, which listens on that port, until it is stopped. */
export async function startNginx(
  folder: string,
  port: number,
  server: string,
): Promise<{ stop(): Promise<void> }> {
  needs('nginx')
  await mkdir(join(folder, 'nginx'), { recursive: true })
  const configuration = join(folder, 'nginx.conf')
  const parts = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const temporary = parts.map((part) => `  ${part}_temp_path nginx/${part};`).join('\n')
  await writeFile(
    configuration,
    `daemon off;\npid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\n  access_log off;\n${temporary}\n${server}\n}\n`,
  )
  const child = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', configuration], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  const ended = once(child, 'exit')
  while (!(await answersAt(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${complaints}`)
    await Promise.race([ended, setTimeout(50)])
  }
  return {
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
