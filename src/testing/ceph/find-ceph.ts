import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const needed = [
  'ceph',
  'ceph-authtool',
  'ceph-mon',
  'ceph-osd',
  'monmaptool',
  'radosgw',
  'radosgw-admin',
] as const

function isInPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Whether this machine has what an object store needs: the monitor, the disk and the gateway. */
export const hasCeph = (): boolean => needed.every(isInPath)
