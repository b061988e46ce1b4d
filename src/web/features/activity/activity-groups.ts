import type { ActivityKind } from '#domain/events/activity-kind.ts'

interface ActivityGroup {
  readonly label: string
  readonly kinds: readonly ActivityKind[]
}

/** The groups of activity to choose from, by their word in the address. */
export const activityGroups = {
  deleted: {
    label: 'Deleted',
    kinds: [
      'image deleted',
      'tag deleted',
      'image deleted forever',
      'tag deleted forever',
      'image collected',
      'tag collected',
      'repository deleted',
      'repository deleted forever',
      'repository collected',
      'repository removed',
    ],
  },
  restored: { label: 'Restored', kinds: ['image restored', 'tag restored', 'repository restored'] },
  pushed: {
    label: 'Pushed',
    kinds: ['image pushed', 'manifest pushed', 'blob mounted', 'samples loaded'],
  },
  collections: {
    label: 'Collections',
    kinds: [
      'collection started',
      'collection stopped',
      'collection finished',
      'collection skipped',
      'retention finished',
      'verification started',
      'verification finished',
      'image collected',
      'tag collected',
      'repository collected',
    ],
  },
  settings: {
    label: 'Schedule and policy',
    kinds: [
      'schedule changed',
      'policy changed',
      'retention policy changed',
      'retention settings changed',
      'retention approved',
      'running reported',
      'running report removed',
    ],
  },
  people: {
    label: 'Accounts and access',
    kinds: [
      'account created',
      'account changed',
      'account disabled',
      'account enabled',
      'password changed',
      'access changed',
      'anonymous access changed',
      'account removed',
      'access token created',
      'access token revoked',
    ],
  },
  'sign-ins': { label: 'Signing in', kinds: ['signed in', 'sign-in refused', 'signed out'] },
} as const satisfies Record<string, ActivityGroup>

export type ActivityGroupName = keyof typeof activityGroups

/** The groups that concern the images of a repository. */
export const repositoryGroups: readonly ActivityGroupName[] = ['deleted', 'restored', 'pushed']

export const isGroup = (name: string | null): name is ActivityGroupName =>
  name !== null && Object.hasOwn(activityGroups, name)
