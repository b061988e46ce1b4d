import { shortDigest } from '#domain/values/digest.ts'
import { CopyButton } from '#web/components/form/copy-button.tsx'
import { Hint } from '#web/components/feedback/hint.tsx'
import classes from './short-digest.module.css'

/** `sha256:c0483a867b…`, with the whole digest in the tooltip and a button that copies it. */
export function ShortDigest({ digest, of }: { digest: string; of?: string }) {
  return (
    <span className={classes.root}>
      <Hint label={<span className={classes.whole}>{digest}</span>} className={classes.text}>
        {shortDigest(digest)}
      </Hint>
      <CopyButton
        value={digest}
        what={of ? `digest of ${of}` : `digest ${shortDigest(digest)}`}
        className={classes.copy}
      />
    </span>
  )
}
