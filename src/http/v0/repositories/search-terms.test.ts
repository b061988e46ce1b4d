import { describe, expect, test } from 'vitest'
import { createSearchTerms } from './search-terms.ts'

const digest = `sha256:c0ffee${'0'.repeat(58)}`

describe('repositories', () => {
  test.each([
    ['team/app', 'team/app', 0],
    ['app', 'team/app', 0],
    ['TEAM', 'team/app', 1],
    ['ap', 'team/app', 1],
    ['pp', 'team/app', 2],
    ['app team', 'team/app', 1],
    ['app web', 'team/app', null],
    ['team/app:1.2', 'team/app', null],
    ['', 'team/app', null],
    ['  ', 'team/app', null],
  ])('%j finds %s with rank %j', (query, repository, rank) => {
    expect(createSearchTerms(query).repositoryRank(repository)).toBe(rank)
  })
})

describe('tags', () => {
  test.each([
    ['1.2', 'team/app', '1.2', 0],
    ['1.', 'team/app', '1.2', 1],
    ['.2', 'team/app', '1.2', 2],
    ['app 1.2', 'team/app', '1.2', 0],
    ['1.2 app', 'team/app', '1.2', 0],
    ['web 1.2', 'team/app', '1.2', null],
    ['team/app:1.2', 'team/app', '1.2', 0],
    ['app:1', 'team/app', '1.2', 1],
    ['app:', 'team/app', '1.2', 1],
    ['app:1', 'team/apple', '1.2', null],
    ['App:LATEST', 'team/app', 'latest', 0],
    ['c0ffee', 'team/app', '1.2', 1],
    ['sha256:c0ffee', 'team/app', '1.2', 1],
    ['sha256:beef00', 'team/app', '1.2', null],
    ['c0ff', 'team/app', '1.2', null],
    // A word of the repository alone does not list all its tags.
    ['app', 'team/app', '1.2', null],
    ['app', 'team/app', 'app-1', 1],
  ])('%j finds in %s the tag %s with rank %j', (query, repository, tag, rank) => {
    expect(createSearchTerms(query).tagRank(repository)?.(tag, digest) ?? null).toBe(rank)
  })
})
