import { useEffect, useState } from 'react'
import { lazyComponent } from '../layout/lazy-component.tsx'
import { attachTableKeys } from './table-keys.ts'

const KeysDialog = lazyComponent(async () => (await import('./keys-dialog.tsx')).KeysDialog)

interface TableKeyboardProps {
  /** The accessible name of the table. */
  readonly label: string
}

/** The keys of a table, and the list of them. Renders nothing until that is asked for. */
export function TableKeyboard({ label }: TableKeyboardProps) {
  const [isListed, setListed] = useState(false)
  useEffect(() => attachTableKeys(label, () => setListed(true)), [label])
  return isListed && <KeysDialog onClose={() => setListed(false)} />
}
