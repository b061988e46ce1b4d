/**
 * From any image to the first repository.
 *
 * @param registryHost as clients write it: `registry.example:4400`
 */
export const pushCommands = (registryHost: string, account: string): readonly string[] => [
  `docker login ${registryHost} --username ${account}`,
  'docker pull alpine:3',
  `docker tag alpine:3 ${registryHost}/team/app:1.0`,
  `docker push ${registryHost}/team/app:1.0`,
]
