import type { DeletionImpact } from '#contract/images/deletion.ts'
import { Radio, Stack } from '@mantine/core'
import { countOf, formatCount, namesOf } from '#web/components/text/count-of.ts'

interface AliasChoiceProps {
  /** The effect of deleting only the chosen tags. */
  readonly impactOfTags: DeletionImpact | undefined
  readonly isWhole: boolean
  readonly onChange: (isWhole: boolean) => void
  readonly isDisabled: boolean
}

/**
 * Shown only if other tags show the same image: delete the tag alone, or the image with all its
 * tags.
 */
export function AliasChoice({ impactOfTags, isWhole, onChange, isDisabled }: AliasChoiceProps) {
  const references = impactOfTags?.references ?? []
  const aliased = references.filter(({ remainingTags }) => remainingTags.length > 0)
  if (aliased.length === 0) return null
  const images = new Set(references.map(({ digest }) => digest)).size
  const tags = new Set(
    references.flatMap(({ reference, tags: gone, remainingTags }) => [
      reference,
      ...gone,
      ...remainingTags,
    ]),
  ).size
  const [only] = references
  const isOne = references.length === 1 && only !== undefined
  return (
    <Radio.Group
      value={isWhole ? 'whole' : 'tags'}
      onChange={(value) => onChange(value === 'whole')}
      label={
        isOne
          ? `${namesOf(only.remainingTags, 3)} ${only.remainingTags.length === 1 ? 'shows' : 'show'} the same image`
          : aliased.length === references.length
            ? 'Other tags show the same images'
            : `Other tags show ${formatCount(aliased.length)} of these images`
      }
      mb="md"
    >
      <Stack gap="xs" mt="xs">
        <Radio
          value="tags"
          disabled={isDisabled}
          label={isOne ? 'Delete only this tag' : 'Delete only these tags'}
        />
        <Radio
          value="whole"
          disabled={isDisabled}
          label={`Delete the ${images === 1 ? 'image' : 'images'} and ${images === 1 ? 'its' : 'their'} ${countOf(tags, 'tag')}`}
        />
      </Stack>
    </Radio.Group>
  )
}
