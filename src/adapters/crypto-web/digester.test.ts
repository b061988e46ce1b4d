import { describeDigester } from '#testing/conformance/digester.ts'
import { createDigester } from './digester.ts'

describeDigester('plain script', createDigester)
