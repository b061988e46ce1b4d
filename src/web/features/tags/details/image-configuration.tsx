import type { ImagePart, WireConfiguration } from '#contract/images/tags.ts'
import { ShortDigest } from '#web/entities/short-digest.tsx'
import { platformName } from '../image-labels.ts'
import classes from './tag-drawer.module.css'

/** What the image runs, by its configuration: one for each platform. */
export function ImageConfiguration({ parts }: { parts: readonly ImagePart[] }) {
  const configured = parts.filter(({ configDigest }) => configDigest !== null)
  if (configured.length === 0) return null
  return (
    <section aria-labelledby="configuration">
      <h3 className={classes.heading} id="configuration">
        Configuration
      </h3>
      {configured.map((part) => (
        <details key={part.digest} className={classes.fold} open={configured.length === 1}>
          <summary>{part.platform ? platformName(part.platform) : 'no platform named'}</summary>
          <dl className={classes.facts}>
            {configured.length > 1 && (
              <>
                <dt>Manifest</dt>
                <dd>
                  <ShortDigest digest={part.digest} />
                </dd>
              </>
            )}
            <dt>Configuration</dt>
            <dd>{part.configDigest && <ShortDigest digest={part.configDigest} />}</dd>
            {part.configuration ? (
              <Fields configuration={part.configuration} />
            ) : (
              <>
                <dt>Contents</dt>
                <dd>cannot be read</dd>
              </>
            )}
          </dl>
        </details>
      ))}
    </section>
  )
}

function Fields({ configuration }: { configuration: WireConfiguration }) {
  const { entrypoint, command, workingDirectory, user, ports, environment, labels } = configuration
  const rows: readonly (readonly [name: string, lines: readonly string[]])[] = [
    ['Entrypoint', entrypoint.length > 0 ? [entrypoint.join(' ')] : []],
    ['Command', command.length > 0 ? [command.join(' ')] : []],
    ['Folder', workingDirectory === null ? [] : [workingDirectory]],
    ['User', user === null ? [] : [user]],
    ['Ports', ports.length > 0 ? [ports.join(', ')] : []],
    ['Environment', environment],
    ['Labels', Object.entries(labels).map(([name, value]) => `${name}=${value}`)],
  ]
  return rows.map(([name, lines]) =>
    lines.length === 0 ? null : (
      <div key={name} className={classes.pair}>
        <dt>{name}</dt>
        <dd className={classes.code}>
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </dd>
      </div>
    ),
  )
}
