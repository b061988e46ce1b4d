import type { ActivityKind } from '#domain/events/activity-kind.ts'
import {
  IconAdjustments,
  IconArrowBackUp,
  IconCircleCheck,
  IconKey,
  IconLogin2,
  IconRecycle,
  IconTrash,
  IconUpload,
  IconUser,
} from '@tabler/icons-react'

const iconOf: Readonly<Record<ActivityKind, typeof IconTrash>> = {
  'image pushed': IconUpload,
  'manifest pushed': IconUpload,
  'blob mounted': IconUpload,
  'image deleted': IconTrash,
  'tag deleted': IconTrash,
  'image deleted forever': IconTrash,
  'tag deleted forever': IconTrash,
  'image restored': IconArrowBackUp,
  'tag restored': IconArrowBackUp,
  'image collected': IconRecycle,
  'tag collected': IconRecycle,
  'repository deleted': IconTrash,
  'repository deleted forever': IconTrash,
  'repository restored': IconArrowBackUp,
  'repository collected': IconRecycle,
  'repository removed': IconTrash,
  'samples loaded': IconUpload,
  'schedule changed': IconAdjustments,
  'policy changed': IconAdjustments,
  'retention policy changed': IconAdjustments,
  'retention settings changed': IconAdjustments,
  'retention approved': IconAdjustments,
  'retention finished': IconRecycle,
  'collection started': IconRecycle,
  'collection stopped': IconRecycle,
  'collection finished': IconRecycle,
  'collection skipped': IconRecycle,
  'verification started': IconCircleCheck,
  'verification finished': IconCircleCheck,
  'signed in': IconLogin2,
  'sign-in refused': IconLogin2,
  'signed out': IconLogin2,
  'account created': IconUser,
  'account changed': IconUser,
  'account disabled': IconUser,
  'account enabled': IconUser,
  'password changed': IconKey,
  'access changed': IconKey,
  'anonymous access changed': IconKey,
  'account removed': IconUser,
  'access token created': IconKey,
  'access token revoked': IconKey,
}

/** An icon to find a kind of entry quickly; the sentence beside it says the same. */
export function KindIcon({ kind }: { kind: ActivityKind }) {
  const Icon = iconOf[kind]
  return <Icon size={17} stroke={1.6} aria-hidden />
}
