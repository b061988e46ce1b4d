import { createHash } from 'node:crypto'
import type { S3Client } from '@aws-sdk/client-s3'

/**
 * Sends the checksum that every store knows with the removal of many objects, which stores refuse
 * without one; the client's own is younger than some of them.
 */
export function withContentMD5(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const request = args.request as { headers: Record<string, string>; body?: unknown }
      if (context.commandName !== 'DeleteObjectsCommand') return await next(args)
      for (const name of Object.keys(request.headers)) {
        if (/^x-amz-(?:sdk-)?checksum-/i.test(name)) delete request.headers[name]
      }
      request.headers['content-md5'] = createHash('md5')
        .update(request.body as string | Uint8Array)
        .digest('base64')
      return await next(args)
    },
    { step: 'build', priority: 'low', name: 'contentMD5' },
  )
}
