import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'
import { IconButton } from '../layout/icon-button.tsx'
import { VisuallyHiddenStatus } from '../feedback/visually-hidden-status.tsx'

interface CopyButtonProps {
  readonly value: string
  /** Completes the label "Copy {what}". */
  readonly what: string
  readonly className?: string | undefined
}

/** Copies a value and confirms it, visibly and to a screen reader. */
export function CopyButton({ value, what, className }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), 1600)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <>
      <IconButton
        aria-label={`Copy ${what}`}
        title={copied ? 'Copied' : `Copy ${what}`}
        className={className}
        onClick={(event) => {
          event.stopPropagation()
          void copyText(value).then(setCopied)
        }}
      >
        {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      </IconButton>
      {copied && <VisuallyHiddenStatus>Copied</VisuallyHiddenStatus>}
    </>
  )
}
