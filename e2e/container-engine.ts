import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findFreePort } from './clients.ts'
import { findCommand } from './find-command.ts'
import { ended, followOutput } from './process-output.ts'
import { adminPassword, projectFolder, type ServerProcess } from './server-process.ts'

const execute = promisify(execFile)

const programs = ['buildah', 'podman', 'runc', 'mmdebstrap'] as const

/** Whether this machine can build images and run containers of them. */
export const canRunContainers = (): boolean =>
  process.getuid?.() === 0 && programs.every((name) => findCommand(name) !== null)

/** Images, containers and volumes of one test, in a folder of its own. */
export interface ContainerEngine {
  readonly folder: string
  buildah(...words: readonly string[]): Promise<string>
  podman(...words: readonly string[]): Promise<string>
  /** Starts `podman`, whose output it follows. */
  startPodman(...words: readonly string[]): ReturnType<typeof spawn>
}

const run = async (name: string, words: readonly string[]): Promise<string> =>
  (await execute(name, words, { maxBuffer: 64 * 1024 * 1024 })).stdout.trim()

export function openContainerEngine(folder: string): ContainerEngine {
  const store = [
    `--root=${join(folder, 'store')}`,
    `--runroot=${join(folder, 'run')}`,
    // Needs no help from the kernel.
    '--storage-driver=vfs',
  ]
  const ofPodman = [
    ...store,
    '--runtime=runc',
    '--cgroup-manager=cgroupfs',
    '--events-backend=file',
  ]
  return {
    folder,
    buildah: (command = '', ...words) => run('buildah', [...store, command, ...words]),
    podman: (...words) => run('podman', [...ofPodman, ...words]),
    startPodman: (...words) =>
      spawn('podman', [...ofPodman, ...words], { stdio: ['ignore', 'pipe', 'pipe'] }),
  }
}

/** What images of Node.js are based on, as far as the build and the server need it. */
const packages = ['base-files', 'coreutils', 'dash', 'findutils', 'libstdc++6']
const baseRecipe = `FROM scratch
ADD debian.tar /
COPY etc /etc
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY npmrc /usr/local/etc/npmrc
RUN ["mkdir", "/npm-cache"]
RUN ["ln", "-s", "../lib/node_modules/npm/bin/npm-cli.js", "/usr/local/bin/npm"]
`

const npm = async (...words: readonly string[]): Promise<string> =>
  (await execute('npm', words, { cwd: projectFolder })).stdout.trim()

/**
 * An image like the official ones of Node.js, which cannot be fetched everywhere: of Debian's
 * packages and this machine's Node.js.
 */
export async function buildNodeImage(engine: ContainerEngine, name: string): Promise<void> {
  const context = join(engine.folder, 'node-image')
  await mkdir(join(context, 'etc/ssl/certs'), { recursive: true })
  const release = await readFile('/etc/os-release', 'utf8')
  const [, suite = 'stable'] = /^VERSION_CODENAME=(\w+)$/m.exec(release) ?? []
  await execute('mmdebstrap', [
    '--quiet',
    '--variant=extract',
    `--include=${packages.join(',')}`,
    '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
    suite,
    join(context, 'debian.tar'),
  ])
  await copyFile(process.execPath, join(context, 'node'))
  await cp(join(await npm('root', '--global'), 'npm'), join(context, 'npm'), { recursive: true })
  const settings = [`registry=${await npm('config', 'get', 'registry')}`, 'cache=/npm-cache']
  // It trusts whom this machine trusts.
  const authorities = await npm('config', 'get', 'cafile')
  if (existsSync(authorities)) {
    await copyFile(authorities, join(context, 'etc/ssl/certs/ca-certificates.crt'))
    settings.push('cafile=/etc/ssl/certs/ca-certificates.crt')
  }
  await writeFile(join(context, 'npmrc'), `${settings.join('\n')}\n`)
  await writeFile(join(context, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
  await writeFile(join(context, 'Dockerfile'), baseRecipe)
  await engine.buildah('build', '--isolation=chroot', `--tag=${name}`, context)
}

/** Builds `deploy/Dockerfile`, with the packages that npm has fetched on this machine before. */
export async function buildServerImage(
  engine: ContainerEngine,
  nodeImage: string,
  name: string,
  ...options: readonly string[]
): Promise<void> {
  const cache = await npm('config', 'get', 'cache')
  await mkdir(cache, { recursive: true })
  await engine.buildah(
    'build',
    '--isolation=chroot',
    // That of OCI has no health check.
    '--format=docker',
    `--build-arg=NODE_IMAGE=${nodeImage}`,
    `--volume=${cache}:/npm-cache`,
    `--file=${join(projectFolder, 'deploy/Dockerfile')}`,
    `--tag=${name}`,
    ...options,
    projectFolder,
  )
}

/** A server in a container, on this machine's network. */
export interface ServerContainer extends Pick<
  ServerProcess,
  'origin' | 'registryHost' | 'output' | 'stop' | 'kill'
> {
  readonly name: string
  /** Resolves once the server has ended, to its exit code. */
  ended(): Promise<number | null>
}

/** As strict as an engine can be. */
const restrictions = [
  '--read-only',
  '--read-only-tmpfs=false',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  // Podman would raise them, which root may not everywhere.
  '--ulimit=nofile=1024:1024',
  '--ulimit=nproc=4096:4096',
]

let containers = 0

/** Starts a server of the image and resolves once it prints its address. */
export async function startContainer(
  engine: ContainerEngine,
  image: string,
  volume: string,
  environment: Readonly<Record<string, string>> = {},
  ...options: readonly string[]
): Promise<ServerContainer> {
  const name = `jetsam-${(containers += 1)}`
  const port = await findFreePort()
  const variables = {
    JETSAM_PORT: String(port),
    JETSAM_ADMIN_PASSWORD: adminPassword,
    ...environment,
  }
  const child = engine.startPodman(
    'run',
    '--rm',
    `--name=${name}`,
    '--network=host',
    `--volume=${volume}:/data`,
    ...restrictions,
    ...Object.entries(variables).map(([variable, value]) => `--env=${variable}=${value}`),
    ...options,
    image,
  )
  const output = followOutput(child, 'the container')
  await output.find(/listening on http:\/\/0\.0\.0\.0:/)
  const send = async (signal: 'TERM' | 'KILL'): Promise<number | null> => {
    await engine.podman('kill', `--signal=${signal}`, name)
    return ended(child)
  }
  return {
    name,
    origin: `http://127.0.0.1:${port}`,
    registryHost: `127.0.0.1:${port}`,
    output: output.text,
    stop: () => send('TERM'),
    async kill() {
      await send('KILL')
    },
    ended: () => ended(child),
  }
}
