import { err } from '#domain/values/result.ts'

export const oneState =
  'with JETSAM_DATABASE the state is in that database: leave out JETSAM_DATABASE, or --data'

/** What a command line cannot mean, in a sentence. */
export const wrong = (message: string) => err({ code: 'WRONG_USAGE', message })
