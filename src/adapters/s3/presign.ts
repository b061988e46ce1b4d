import { GetObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { AddressOf } from '#storage/object-address.ts'
import { at, type Bucket } from './bucket.ts'

/** Long enough for a client that waits for its turn; a download that has begun goes on. */
const expiresInSeconds = 20 * 60

/** Addresses of the store itself, which carry a right to read one object for a while. */
export const presignedAddresses =
  (bucket: Bucket): AddressOf =>
  (key) =>
    getSignedUrl(bucket.client, new GetObjectCommand(at(bucket, key)), {
      expiresIn: expiresInSeconds,
    })
