import type { Check } from './check.ts'
import { databaseCheck } from './database-check.ts'
import { bucketCheck } from './bucket-check.ts'
import { fileStorageCheck } from './file-storage-check.ts'
import { portCheck } from './port-check.ts'
import { runningFileCheck } from './running-file-check.ts'
import { stateFileCheck } from './state-file-check.ts'

/** All that is looked at, in the order in which it is said. What another adapter needs is a line. */
export const checks: readonly Check[] = [
  portCheck,
  fileStorageCheck,
  bucketCheck,
  stateFileCheck,
  runningFileCheck,
  databaseCheck,
]
