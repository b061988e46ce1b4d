import { describeDigester } from '#registry/digester.contract.ts'
import { createDigester } from './digester.ts'

describeDigester('plain script', createDigester)
