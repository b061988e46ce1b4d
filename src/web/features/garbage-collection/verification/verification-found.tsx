import type { WireVerification } from '#contract/jobs/collection-jobs.ts'
import { Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { paths } from '#web/api/page-paths.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { flawAdvice } from '#web/entities/flaw-advice.ts'
import { imageName } from '#web/entities/image-name.ts'
import classes from '../plan/amount-table.module.css'
import { Reasons } from '../plan/reasons.tsx'

interface VerificationFoundProps {
  readonly verification: WireVerification
}

/** Whether every tag is whole; which are not, and why. */
export function VerificationFound({ verification }: VerificationFoundProps) {
  const { tags, wholeTags, broken, unread, absentPlatforms = 0 } = verification
  const found = `${wholeTags} of ${countOf(tags, 'tag')} verified`
  if (unread.length > 0) {
    return (
      <>
        <VerificationFound verification={{ ...verification, unread: [] }} />
        <Text c="var(--mantine-color-error)">These could not be read, and may hold more tags:</Text>
        <Reasons rows={unread.map(({ repository, reason }) => ({ subject: repository, reason }))} />
        <Text c="dimmed" size="sm">
          Give the server the rights to these folders, then verify again.
        </Text>
      </>
    )
  }
  if (absentPlatforms > 0) {
    return (
      <>
        <VerificationFound verification={{ tags, wholeTags, broken, unread }} />
        <Text c="dimmed" size="sm">
          Not counted as damage, as the settings say: {countOf(absentPlatforms, 'platform')} that
          indexes list and that {absentPlatforms === 1 ? 'is' : 'are'} not here. Pulls of
          {absentPlatforms === 1 ? ' it' : ' them'} fail.
        </Text>
      </>
    )
  }
  if (wholeTags === tags) {
    return (
      <Text>
        <IconCircleCheck size={18} aria-hidden className={classes.whole} /> {found}: every manifest
        and layer they need is there.
      </Text>
    )
  }
  const unlisted = tags - wholeTags - broken.length
  return (
    <>
      <Text c="var(--mantine-color-error)">{found}. These are not whole:</Text>
      <Reasons
        rows={broken.map(({ repository, tag, reason }) => ({
          subject: imageName(repository, tag),
          reason,
          to: paths.repository(repository, tag),
        }))}
      />
      {unlisted > 0 && <Text c="dimmed">And {countOf(unlisted, 'more tag')}.</Text>}
      <Text c="dimmed" size="sm">
        {flawAdvice(
          'these images',
          broken.map(({ reason }) => reason),
        )}
      </Text>
    </>
  )
}
