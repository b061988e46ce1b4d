import { pushModes } from '#domain/policy/collection-policy.ts'
import {
  Checkbox,
  Group,
  Input,
  NativeSelect,
  Radio,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core'
import { useId } from 'react'
import {
  untaggedAgeHours,
  type PeriodDraft,
  type PolicyDraft,
  type PolicyMistakes,
} from './policy-draft.ts'
import { pushModeWords } from './policy-labels.ts'
import { UntaggedEffect } from './untagged-effect.tsx'

interface PolicyFieldsProps {
  readonly draft: PolicyDraft
  readonly mistakes: PolicyMistakes
  readonly onChange: (draft: PolicyDraft) => void
}

/** The rest of the policy: the time limit, what happens to pushes, what is kept. */
export function PolicyFields({ draft, mistakes, onChange }: PolicyFieldsProps) {
  const change = (part: Partial<PolicyDraft>) => onChange({ ...draft, ...part })
  const ageHours = untaggedAgeHours(draft)
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="md">
      <Stack gap="md">
        <Radio.Group
          label="A collection runs"
          value={draft.isLimited ? 'limited' : 'done'}
          onChange={(value) => change({ isLimited: value === 'limited' })}
        >
          <Group gap="md" mt={4} align="flex-start">
            <Radio value="done" label="until done" mt={8} />
            <Group gap="xs" align="flex-start">
              <Radio value="limited" label="for at most" mt={8} />
              <TextInput
                w={88}
                aria-label="Minutes"
                inputMode="numeric"
                value={draft.limitMinutes}
                disabled={!draft.isLimited}
                error={mistakes.limitMinutes}
                rightSection="min"
                rightSectionWidth={40}
                styles={{ error: { whiteSpace: 'nowrap' } }}
                onChange={(event) => change({ limitMinutes: event.currentTarget.value })}
              />
            </Group>
          </Group>
        </Radio.Group>
        <PeriodField
          label="Keep deleted images at least"
          description="0: until the next collection"
          period={draft.retention}
          error={mistakes.retention}
          onChange={(retention) => change({ retention })}
        />
        <Stack gap="xs">
          <Checkbox
            label="Also collect untagged images"
            description="Images that no tag points at any more."
            checked={draft.collectUntagged}
            onChange={(event) => change({ collectUntagged: event.currentTarget.checked })}
          />
          {draft.collectUntagged && (
            <>
              <PeriodField
                label="Untagged images older than"
                period={draft.untaggedAge}
                error={mistakes.untaggedAge}
                onChange={(untaggedAge) => change({ untaggedAge })}
              />
              {ageHours !== null && <UntaggedEffect ageHours={ageHours} />}
            </>
          )}
        </Stack>
        <Checkbox
          label="Accept an index although some of its platforms are not here"
          description="For mirrors of some platforms only. Pulls of the others fail, also where one was left out by mistake; a verification counts them as absent, not as damage."
          checked={draft.acceptSparseIndexes}
          onChange={(event) => change({ acceptSparseIndexes: event.currentTarget.checked })}
        />
      </Stack>
      <Radio.Group
        label="While it runs"
        value={draft.whileCollecting}
        onChange={(value) => change({ whileCollecting: value })}
      >
        <Stack gap={6} mt={4}>
          {pushModes.map((mode) => (
            <Radio
              key={mode}
              value={mode}
              label={pushModeWords[mode].label}
              description={pushModeWords[mode].effect}
            />
          ))}
        </Stack>
      </Radio.Group>
    </SimpleGrid>
  )
}

interface PeriodFieldProps {
  readonly label: string
  readonly description?: string
  readonly period: PeriodDraft
  readonly error: string | undefined
  readonly onChange: (period: PeriodDraft) => void
}

function PeriodField({ label, description, period, error, onChange }: PeriodFieldProps) {
  const fieldId = useId()
  return (
    <Input.Wrapper label={label} description={description} error={error} id={fieldId}>
      <Group gap="xs" mt={4} wrap="nowrap">
        <TextInput
          id={fieldId}
          w={88}
          inputMode="numeric"
          value={period.amount}
          error={error !== undefined}
          onChange={(event) => onChange({ ...period, amount: event.currentTarget.value })}
        />
        <NativeSelect
          w={104}
          aria-label={`${label}: unit`}
          data={['hours', 'days']}
          value={period.unit}
          onChange={(event) =>
            onChange({ ...period, unit: event.currentTarget.value === 'days' ? 'days' : 'hours' })
          }
        />
      </Group>
    </Input.Wrapper>
  )
}
