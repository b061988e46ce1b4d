import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { runClient } from './client-place.ts'
import { makeArchive, type ContainerClient } from './container-clients.ts'
import { findProgram } from './needs.ts'
import { ended, followOutput } from './process-output.ts'

/** Clients of daemons, which need root and a daemon that listens on `docker.sock` here. */
export const dockerClient: ContainerClient = {
  name: 'docker',
  saysOfUnknown: 'if it was deleted, the trash may still have it',
  saysOfPassword: 'the name or the password is wrong',
  takesPlatforms: false,
  async push(place, to, layout = place.layout) {
    const archive = await makeArchive(place, layout, to)
    await runClient(place, 'docker', 'load', '--quiet', '--input', archive)
    const printed = await runClient(place, 'docker', 'push', to)
    return /digest: (sha256:\w+)/.exec(printed)?.[1] ?? ''
  },
  async pull(place, from) {
    await runClient(place, 'docker', 'rmi', '--force', from)
    const printed = await runClient(place, 'docker', 'pull', from)
    return /Digest: (sha256:\w+)/.exec(printed)?.[1] ?? ''
  },
}

export const canRunDaemons = (): boolean =>
  process.getuid?.() === 0 &&
  ['docker', 'dockerd', 'ctr'].every((name) => findProgram(name) !== null)

/** Starts such a daemon, and the containerd below it, for `ctr`. */
export async function startDockerDaemon(
  folder: string,
): Promise<{ readonly environment: NodeJS.ProcessEnv; stop(): Promise<void> }> {
  const socket = join(folder, 'docker.sock')
  const child = spawn(
    'dockerd',
    [
      `--host=unix://${socket}`,
      `--data-root=${join(folder, 'docker')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'docker.pid')}`,
      // It runs no container, so it need not change this machine's network.
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--storage-driver=vfs',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await followOutput(child, 'dockerd').find(/API listen on/)
  return {
    environment: {
      DOCKER_HOST: `unix://${socket}`,
      CONTAINERD_ADDRESS: join(folder, 'exec', 'containerd', 'containerd.sock'),
    },
    async stop() {
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}
