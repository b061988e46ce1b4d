import { describe, expect, it } from 'vitest'
import { digestOf } from '#domain/values/digest.ts'
import { repositoryName, tagName, valueOf } from '#testing/builders/test-registry.ts'
import * as layout from '../layout.ts'
import { parseStoredId } from '../stored-id.ts'
import { collectChanges, isInInventory } from './changes-of-keys.ts'

const name = repositoryName('team/app/tools')
const tag = tagName('v1.0')
const digest = digestOf('sha256', 'ab'.repeat(32))
const sha512 = digestOf('sha512', 'ab'.repeat(64))
const id = valueOf(parseStoredId('0f3a-1'))

function changesOf(...keys: readonly string[]) {
  const collected = collectChanges()
  collected.add(keys)
  const all = collected.all()
  expect(collected.isEverything()).toBe(all === null)
  return all
}

const none = { tags: new Set(), revisions: new Set(), layers: new Set(), uploads: false }
const only = (parts: object) => ({
  blobs: new Set(),
  repositories: new Map([[name, { ...none, ...parts }]]),
  trash: false,
})
const whole = { blobs: new Set(), repositories: new Map([[name, 'whole']]), trash: false }

describe('what was written, by its keys', () => {
  it.each([
    [layout.tagLink(name, tag), { tags: new Set([tag]) }],
    [layout.tagHistoryLink(name, tag, digest), { tags: new Set([tag]) }],
    [`${layout.tagFolder(name, tag)}/`, { tags: new Set([tag]) }],
    [layout.revisionLink(name, digest), { revisions: new Set([digest]) }],
    [layout.revisionLink(name, sha512), { revisions: new Set([sha512]) }],
    [layout.layerLink(name, digest), { layers: new Set([digest]) }],
    [layout.uploadPrefix(name, id), { uploads: true }],
    [layout.uploadData(name, id), { uploads: true }],
  ])('%s is a part of a repository', (key, parts) => {
    expect(changesOf(key)).toEqual(only(parts))
    expect(isInInventory(key)).toBe(true)
  })

  it('is a blob, whatever it is for', () => {
    for (const blob of [digest, sha512]) {
      const expected = { blobs: new Set([blob]), repositories: new Map(), trash: false }
      expect(changesOf(layout.blobFile(blob))).toEqual(expected)
    }
  })

  it('is the trash, in each of its files', () => {
    for (const file of [layout.trashFile, layout.claimedTrashFile, layout.trashCopy]) {
      const expected = { blobs: new Set(), repositories: new Map(), trash: true }
      expect(changesOf(file(id))).toEqual(expected)
      expect(isInInventory(file(id))).toBe(true)
    }
  })

  it.each([
    `${layout.repositoryFolder(name)}/`,
    `${layout.tagsFolder(name)}/`,
    `${layout.repositoryFolder(name)}/_layers/`,
    `${layout.repositoryFolder(name)}/_else/file`,
    layout.layerLink(name, sha512),
    layout.revisionLink(name, digest).replace('abab', 'zzzz'),
  ])('%s leaves open which part of its repository it is', (key) => {
    expect(changesOf(key)).toEqual(whole)
    expect(changesOf(key, layout.tagLink(name, tag))).toEqual(whole)
  })

  it.each([
    'docker/registry/v2/else',
    'elsewhere',
    `${layout.blobsRoot}/sha256/ab/`,
    `${layout.repositoriesFolder}/Not A Name/_layers/x`,
  ])('%s may be anything', (key) => {
    expect(changesOf(key)).toBeNull()
    expect(changesOf(key, layout.tagLink(name, tag))).toBeNull()
  })

  it('has to be listed where a change failed, and may have left a folder without its file', () => {
    const afterFailure = (key: string) => {
      const collected = collectChanges()
      collected.add([key], true)
      return collected.all()
    }
    expect(afterFailure(layout.blobFile(digest))).toBeNull()
    expect(afterFailure(layout.revisionLink(name, digest))).toEqual(whole)
    expect(afterFailure(layout.tagLink(name, tag))).toEqual(whole)
    expect(afterFailure(layout.uploadData(name, id))).toEqual(only({ uploads: true }))
    expect(afterFailure(layout.trashFile(id))).toMatchObject({ trash: true })
  })

  it('is nothing where no inventory looks', () => {
    const collected = collectChanges()
    expect(collected.isEmpty()).toBe(true)
    collected.add([layout.manifestCacheFile])
    expect(collected.isEmpty()).toBe(true)
    expect(isInInventory(layout.manifestCacheFile)).toBe(false)
    collected.add([layout.trashFile(id)])
    expect(collected.isEmpty()).toBe(false)
  })

  it('is the whole repository where it is much of it', () => {
    const tags = Array.from({ length: 1001 }, (_, number) => tagName(`t${number}`))
    const keys = tags.map((one) => layout.tagLink(name, one))
    expect(changesOf(...keys.slice(0, 1000))).toEqual(only({ tags: new Set(tags.slice(0, 1000)) }))
    expect(changesOf(...keys)).toEqual(whole)
  })

  it('stays as it was asked for, while more is written', () => {
    const collected = collectChanges()
    collected.add([layout.tagLink(name, tag)])
    const before = collected.all()
    collected.add([layout.blobFile(digest), layout.revisionLink(name, digest)])
    expect(before).toEqual(only({ tags: new Set([tag]) }))
  })
})
