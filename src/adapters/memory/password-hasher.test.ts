import { passwordHasherContract } from '#state/password-hasher.contract.ts'
import { createMemoryPasswordHasher } from './password-hasher.ts'

passwordHasherContract('the hasher of the mock', createMemoryPasswordHasher)
