import { CopyButton } from './copy-button.tsx'
import classes from './command-block.module.css'

interface CommandBlockProps {
  /** One command per entry. */
  readonly commands: readonly string[]
  /** What the commands do: "push commands". */
  readonly what: string
}

/** Commands for a terminal, with a button that copies them all. */
export function CommandBlock({ commands, what }: CommandBlockProps) {
  return (
    <div className={classes.root}>
      {/* Long commands scroll, so the keyboard must reach them. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.text} tabIndex={0} aria-label={what}>
        <code>{commands.join('\n')}</code>
      </pre>
      <CopyButton value={commands.join('\n')} what={what} className={classes.copy} />
    </div>
  )
}
