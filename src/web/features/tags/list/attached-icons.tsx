import type { Attachment } from '#contract/images/tags.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { VisuallyHidden } from '@mantine/core'
import { IconCertificate, IconListDetails, IconPaperclip, IconSignature } from '@tabler/icons-react'
import { Hint } from '#web/components/feedback/hint.tsx'
import { attachedWords } from '../image-labels.ts'
import classes from './attached-icons.module.css'

interface AttachedIconsProps {
  readonly attached: readonly Attachment[]
}

const kinds = [
  { label: 'signature', Icon: IconSignature },
  { label: 'SBOM', Icon: IconListDetails },
  { label: 'attestation', Icon: IconCertificate },
  { label: null, Icon: IconPaperclip },
] as const

const kindOf = ({ label }: Attachment) => kinds.find((kind) => kind.label === label)?.label ?? null

/** What is attached to an image, an icon for each kind; the tooltip lists all of it. */
export function AttachedIcons({ attached }: AttachedIconsProps) {
  return (
    <Hint
      className={classes.root}
      label={attached.map(({ digest, label, size }) => (
        <div key={digest}>
          {label}, {formatByteSize(size)}
        </div>
      ))}
    >
      <VisuallyHidden>{attachedWords(attached)}</VisuallyHidden>
      {kinds.map(({ label, Icon }) => {
        const count = attached.filter((each) => kindOf(each) === label).length
        if (count === 0) return null
        return (
          <span key={label} className={classes.kind} aria-hidden>
            <Icon size={16} stroke={1.6} />
            {count > 1 && count}
          </span>
        )
      })}
    </Hint>
  )
}
