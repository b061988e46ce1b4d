/** What people, the schedule and the server do that others may ask about. */
export const activityKinds = [
  'image pushed',
  'image deleted',
  'tag deleted',
  'image deleted forever',
  'image restored',
  'tag restored',
  'image collected',
  'repository removed',
  'samples loaded',
  'schedule changed',
  'policy changed',
  'collection started',
  'collection stopped',
  'collection finished',
  'collection skipped',
  'verification started',
  'verification finished',
  'signed in',
  'sign-in refused',
  'signed out',
  'account created',
  'account changed',
  'account disabled',
  'account enabled',
  'password changed',
  'access changed',
] as const
export type ActivityKind = (typeof activityKinds)[number]

/** Those whose subject is an account: its owner may know of them, whoever did it. */
export const accountActivityKinds = [
  'signed in',
  'sign-in refused',
  'signed out',
  'account created',
  'account changed',
  'account disabled',
  'account enabled',
  'password changed',
  'access changed',
] as const satisfies readonly ActivityKind[]
