import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, request, type ClientRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import { needs } from './needs.ts'
import { ended } from './process-output.ts'
import { adminName, adminPassword, launcher, type ServerProcess } from './server-process.ts'

const execute = promisify(execFile)
export const credentials = `${adminName}:${adminPassword}`
export const basic = `Basic ${Buffer.from(credentials).toString('base64')}`

/**
 * Runs a command; rejects with its error message. A test that needs it is left out if it is
 * missing.
 */
export async function run(command: string, ...words: readonly string[]): Promise<string> {
  if (!command.includes(sep)) needs(command)
  const { stdout } = await execute(command, words, { maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

/** Jetsam's own command line, with settings. */
export async function jetsamWith(
  environment: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<string> {
  const env = { ...process.env, ...environment }
  const { stdout } = await execute(process.execPath, [launcher, ...words], { env })
  return stdout
}

/** Jetsam's own command line. */
export const jetsam = (...words: readonly string[]): Promise<string> => jetsamWith({}, ...words)

/**
 * Real images that share a base layer, in an OCI layout, made by umoci.
 *
 * @returns the folder of the layout; each name is an image in it
 */
export async function makeImages(folder: string, names: readonly string[]): Promise<string> {
  const layout = join(folder, 'layout')
  const base = join(folder, 'base')
  await mkdir(base, { recursive: true })
  await writeFile(join(base, 'library'), randomBytes(900_000))
  await run('umoci', 'init', '--layout', layout)
  await run('umoci', 'new', '--image', `${layout}:base`)
  await run('umoci', 'insert', '--image', `${layout}:base`, base, '/usr')
  for (const name of names) {
    const program = join(folder, name)
    await writeFile(program, randomBytes(200_000))
    await run('umoci', 'insert', '--image', `${layout}:base`, '--tag', name, program, '/opt/app')
  }
  return layout
}

export const skopeo = (...words: readonly string[]): Promise<string> =>
  run('skopeo', '--insecure-policy', ...words)

export const push = (layout: string, name: string, to: string): Promise<string> =>
  skopeo(
    'copy',
    '--quiet',
    '--dest-tls-verify=false',
    `--dest-creds=${credentials}`,
    `oci:${layout}:${name}`,
    `docker://${to}`,
  )

/** Pulls an image whole and resolves to its digest. */
export async function pull(from: string, folder: string, creds = true): Promise<string> {
  const digestFile = join(folder, `digest-${randomBytes(4).toString('hex')}`)
  await skopeo(
    'copy',
    '--quiet',
    '--src-tls-verify=false',
    ...(creds ? [`--src-creds=${credentials}`] : []),
    `--digestfile=${digestFile}`,
    `docker://${from}`,
    `dir:${digestFile}-image`,
  )
  return (await run('cat', digestFile)).trim()
}

/** The result of `du`: the apparent bytes of all files. */
export async function diskUsage(folder: string): Promise<number> {
  return Number((await run('du', '-sb', `${folder}/docker/registry/v2/blobs`)).split('\t')[0])
}

/**
 * An upload of a layer that does not end until it is told to. Bytes keep coming: a collection does
 * not wait for a client that sends next to nothing.
 */
export async function beginSlowUpload(
  server: Pick<ServerProcess, 'origin'>,
  repository: string,
): Promise<{ end(): Promise<number> }> {
  const begun = await fetch(`${server.origin}/v2/${repository}/blobs/uploads/`, {
    method: 'POST',
    headers: { Authorization: basic },
  })
  const location = new URL(begun.headers.get('Location') ?? '', server.origin)
  const upload: ClientRequest = request(location, {
    method: 'PATCH',
    headers: { Authorization: basic, 'Content-Type': 'application/octet-stream' },
  })
  const status = new Promise<number>((resolve, reject) => {
    upload.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    upload.once('error', reject)
  })
  // A caller that never ends it does not need its status.
  status.catch(() => undefined)
  const piece = randomBytes(64 * 1024)
  upload.write(piece)
  const sending = setInterval(() => upload.write(piece), 250)
  upload.once('close', () => clearInterval(sending))
  return {
    end() {
      clearInterval(sending)
      upload.end('the last bytes')
      return status
    },
  }
}

/** A port without a listener at this moment. */
export async function findFreePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Serves a storage, a folder or a driver's settings, by CNCF Distribution's own registry. */
export async function startDistribution(
  storage: string,
  folder: string,
): Promise<{ host: string; processId: number; stop(): Promise<void> }> {
  needs('docker-registry')
  const port = await findFreePort()
  const configuration = await configureDistribution(storage, folder, port)
  const child = spawn('docker-registry', ['serve', configuration], {
    stdio: 'ignore',
    env: distributionEnvironment,
  })
  const host = `127.0.0.1:${port}`
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => null)
    if (answer?.ok) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    host,
    processId: child.pid ?? 0,
    async stop() {
      child.kill()
      await ended(child)
    },
  }
}

// Its driver of S3 ends at a file of certificates that other programs may have been given.
const { AWS_CA_BUNDLE: _, ...distributionEnvironment } = process.env

/** Runs it once, and resolves to what it prints. */
export async function runDistribution(...words: readonly string[]): Promise<string> {
  needs('docker-registry')
  const options = { env: distributionEnvironment, maxBuffer: 64 * 1024 * 1024 }
  return (await execute('docker-registry', words, options)).stdout
}

/**
 * Writes the configuration of Distribution's registry for a storage; resolves to its path.
 *
 * @param storage a folder, or the name and the settings of a driver: `s3: {…}`
 */
export async function configureDistribution(
  storage: string,
  folder: string,
  port = 0,
): Promise<string> {
  const configuration = join(folder, 'distribution.yml')
  await writeFile(
    configuration,
    `version: 0.1
storage:
  ${storage.includes(': ') ? storage : `filesystem: {rootdirectory: ${storage}}`}
  redirect: {disable: true}
  delete: {enabled: true}
http: {addr: 127.0.0.1:${port}, secret: test}
`,
  )
  return configuration
}
