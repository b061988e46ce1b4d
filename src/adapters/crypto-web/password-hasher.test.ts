import { passwordHasherContract } from '#testing/conformance/state/password-hasher.ts'
import { createMemoryPasswordHasher } from './password-hasher.ts'

passwordHasherContract('the hasher of the mock', createMemoryPasswordHasher)
