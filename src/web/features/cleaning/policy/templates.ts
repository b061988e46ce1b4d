/** A policy to start from. */
export interface PolicyTemplate {
  readonly title: string
  readonly description: string
  readonly text: string
}

export const policyTemplates: readonly PolicyTemplate[] = [
  {
    title: 'Keep the newest',
    description: 'Of each repository the 10 newest images stay; what is older than 30 days goes.',
    text: `rules:
  - keep: { tags: ['*'], newest: 10, by: pushed }
  - remove: { tags: ['*'], olderThan: 30d }
expect:
  - { tag: '1.0', pushed: 60d ago, is: removed }
  - { tag: '1.0', pushed: 60d ago, newest: true, is: kept }
`,
  },
  {
    title: 'Clean up after pull requests',
    description: 'Images of pull requests go after 14 days. Everything else stays.',
    text: `rules:
  - remove: { tags: [pr-*], olderThan: 14d }
expect:
  - { tag: pr-12, pushed: 20d ago, is: removed }
  - { tag: pr-13, pushed: 2d ago, is: unmatched }
  - { tag: '1.0', pushed: 200d ago, is: unmatched }
`,
  },
  {
    title: 'Releases stay, builds go',
    description: 'Releases are protected from everyone, the 5 newest builds stay, older ones go.',
    text: `rules:
  - protect: { tags: [latest, stable, 'v[0-9]*', '[0-9]*.[0-9]*'] }
  - keep: { tags: ['*'], newest: 5, by: pushed }
  - remove: { tags: ['*'], olderThan: 14d }
expect:
  - { tag: v1.2.3, pushed: 400d ago, is: protected }
  - { tag: build-7, pushed: 20d ago, is: removed }
`,
  },
  {
    title: 'What is not pulled goes',
    description: 'Images that were not pulled for 90 days go; the 3 newest stay in any case.',
    text: `rules:
  - keep: { tags: ['*'], newest: 3, by: pushed }
  - remove: { tags: ['*'], notPulledFor: 90d, olderThan: 90d }
expect:
  - { tag: '1.0', pushed: 200d ago, pulled: 100d ago, is: removed }
  - { tag: '1.1', pushed: 200d ago, pulled: 1d ago, is: unmatched }
`,
  },
  {
    title: 'Untagged leftovers',
    description: 'Images that no tag points at any more go after 7 days.',
    text: `rules:
  - remove: { untagged: true, olderThan: 7d }
expect:
  - { untagged: true, pushed: 8d ago, is: removed }
  - { tag: '1.0', pushed: 400d ago, is: unmatched }
`,
  },
]
