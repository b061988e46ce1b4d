import { warning, type Check } from './check.ts'

/** Images in a bucket. */
export const bucketCheck: Check = {
  about: 'storage',
  applies: ({ bucket }) => bucket !== null,
  look: async (configuration) => [
    warning(
      `the images are in ${configuration.bucket?.name}, which is not looked at here`,
      'start the server: it tries the bucket before anything else',
    ),
  ],
}
