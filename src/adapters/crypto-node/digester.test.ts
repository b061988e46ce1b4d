import { describeDigester } from '#testing/conformance/digester.ts'
import { createDigester } from './digester.ts'

describeDigester('node:crypto', createDigester)
