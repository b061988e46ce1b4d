import * as z from 'zod/mini'
import { tagVerdict, tagVerdicts } from '../rules/verdicts.ts'
import { bytes, count, instant, textOrNull } from '../scalars.ts'

export const platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.optional(z.string()),
  /** For Windows, the build that the image was made for. */
  osVersion: z.optional(z.string()),
  osFeatures: z.optional(z.array(z.string())),
})
export type WirePlatform = z.infer<typeof platform>

/** An artifact attached to an image: a signature, an SBOM. */
export const attachment = z.object({
  digest: z.string(),
  artifactType: z.string(),
  /** `signature`, `SBOM`, `attestation`, or the artifact type if it is none of them. */
  label: z.string(),
  size: bytes,
})
export type Attachment = z.infer<typeof attachment>

export const tag = z.object({
  name: z.string(),
  digest: z.string(),
  mediaType: z.string(),
  /** All of the image, its platforms and what is attached, each digest once. */
  size: bytes,
  /** What no other image in the registry needs: freed if the image is deleted with all its tags. */
  exclusiveSize: bytes,
  /** What deleting this tag alone frees: nothing while another tag shows the image. */
  freedSize: bytes,
  platforms: z.array(platform),
  /** The other tags of the same image: all in details, at most the first twenty in lists. */
  aliases: z.array(z.string()),
  /** The number of its other tags. */
  aliasCount: z.optional(count),
  attached: z.array(attachment),
  /** The account that pushed it, if known. */
  author: textOrNull,
  createdAt: z.nullable(instant),
  updatedAt: z.nullable(instant),
  /** The last pull that was seen by this tag or its digest; null: none since `pullsSince`. */
  lastPulledAt: z.nullable(instant),
  /** The account; null: without one, or none was seen. */
  lastPulledBy: textOrNull,
  /** By this tag or its digest, in the last thirty days. */
  pulls30d: count,
  /** The rule of retention that keeps it from being moved or deleted, with its scope; null: none. */
  protectedBy: z.nullable(z.object({ scope: z.string(), rule: z.string() })),
  /** With `verdicts=true`; null: there is none, for instance because no policy is about it. */
  retention: z.optional(z.nullable(tagVerdict)),
  /** The manifest itself, with `includeManifests=true`. */
  manifest: z.optional(z.unknown()),
  /** Why the image is not whole; null if it is. */
  broken: textOrNull,
})
export type Tag = z.infer<typeof tag>

export const tagList = z.object({
  name: z.string(),
  tags: z.array(tag),
  /** With `verdicts=true`; null: no policy is about this repository, so everything is kept. */
  retention: z.optional(z.nullable(tagVerdicts)),
  /** Since when every pull is recorded; null: none are. */
  pullsSince: z.nullable(instant),
})
export type TagList = z.infer<typeof tagList>

/**
 * Of images, `freedSize` is the same as `exclusiveSize`. Of which no pull was seen is, by
 * `lastPulledAt`, before all others.
 */
export const tagSorts = [
  'name',
  'size',
  'exclusiveSize',
  'freedSize',
  'updatedAt',
  'lastPulledAt',
] as const
export type TagSort = (typeof tagSorts)[number]

/** An image that also holds a layer: `library/base:12`, or by digest if it has no tag. */
export const holder = z.object({
  repository: z.string(),
  tag: textOrNull,
  digest: z.string(),
})
export type Holder = z.infer<typeof holder>

export const layer = z.object({
  digest: z.string(),
  size: bytes,
  mediaType: z.string(),
  /** The first ten other images that hold it. */
  sharedWith: z.array(holder),
  sharedWithCount: z.number(),
  exclusive: z.boolean(),
  kind: z.enum(['config', 'layer']),
})
export type Layer = z.infer<typeof layer>

/** What an image does when it runs; empty where its configuration says nothing. */
export const imageConfiguration = z.object({
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  workingDirectory: textOrNull,
  user: textOrNull,
  /** `8080/tcp`. */
  ports: z.array(z.string()),
  /** `NAME=value`. */
  environment: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
})
/** @public */
export type WireConfiguration = z.infer<typeof imageConfiguration>

/** One manifest that a machine can run: the image itself, or a platform of it. */
export const imagePart = z.object({
  digest: z.string(),
  platform: z.nullable(platform),
  configDigest: textOrNull,
  /** Null if it cannot be read. */
  configuration: z.nullable(imageConfiguration),
  /** In manifest order, each with the instruction that made it, if the configuration has it. */
  layers: z.array(z.object({ digest: z.string(), createdBy: textOrNull })),
})
export type ImagePart = z.infer<typeof imagePart>

export const tagDetails = z.extend(tag, {
  /** Since when every pull is recorded; null: none are. */
  pullsSince: z.nullable(instant),
  /** Of the verdict in `retention`. */
  verdicts: z.nullable(tagVerdicts),
  parts: z.array(imagePart),
  /** How many manifests that its indexes list are missing in the repository. */
  absentPlatforms: count,
  layers: z.array(layer),
  /** Earlier digests of the tag that storage remembers, newest first, without the current one. */
  history: z.array(
    z.object({
      digest: z.string(),
      at: z.nullable(instant),
      /** False after that image was deleted: then only its digest is known. */
      isHere: z.boolean(),
    }),
  ),
})
export type TagDetails = z.infer<typeof tagDetails>
