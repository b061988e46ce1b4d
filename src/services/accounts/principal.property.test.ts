import { accessLevels, allows, type Grant } from '#domain/access/access-level.ts'
import { everyRepository, scopeAllows } from '#domain/access/access-token.ts'
import { repositoryActions } from '#domain/access/repository-action.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accessLevelOf, mayDo, type Principal } from './principal.ts'

const names = ['team', 'team/app', 'team/app/deep', 'teams/app', 'library/base', 'library']
const name = fc.constantFrom(...names)

const grantsAmong = (levels: readonly Grant['accessLevel'][]): fc.Arbitrary<Grant[]> =>
  fc.uniqueArray(fc.record({ scope: name, accessLevel: fc.constantFrom(...levels) }), {
    selector: ({ scope }) => scope,
  })

const owner = fc.record({ isAdmin: fc.boolean(), grants: grantsAmong(accessLevels) })
const scope = fc.record({
  repositories: fc.oneof(fc.constant([everyRepository]), fc.subarray(names, { minLength: 1 })),
  actions: fc.subarray([...repositoryActions], { minLength: 1 }),
})
const publicGrants = fc.oneof(fc.constant([]), grantsAmong(['read-only']))

test('a token allows what both its account and its scope allow, and what is public', () => {
  fc.assert(
    fc.property(owner, scope, publicGrants, name, (rights, tokenScope, open, repository) => {
      const whole: Principal = { name: 'ada', ...rights, publicGrants: open }
      const token: Principal = {
        name: 'ada',
        isAdmin: false,
        grants: [],
        publicGrants: open,
        token: { id: 't', scope: tokenScope, owner: rights },
      }
      const anyone: Principal = {
        name: 'anonymous',
        isAdmin: false,
        grants: [],
        publicGrants: open,
      }
      for (const action of repositoryActions) {
        const isOpen = mayDo(anyone, repository, action)
        expect(mayDo(token, repository, action)).toBe(
          isOpen ||
            (mayDo(whole, repository, action) && scopeAllows(tokenScope, repository, action)),
        )
        // An anonymous caller never gets more than reading, nor more than others.
        if (isOpen) expect([action, mayDo(whole, repository, action)]).toEqual(['pull', true])
      }
    }),
  )
})

test('a level allows exactly the same as the actions, for any principal', () => {
  fc.assert(
    fc.property(owner, fc.option(scope), publicGrants, name, (rights, limits, open, repository) => {
      const principal: Principal =
        limits === null
          ? { name: 'ada', ...rights, publicGrants: open }
          : {
              name: 'ada',
              isAdmin: false,
              grants: [],
              publicGrants: open,
              token: { id: 't', scope: limits, owner: rights },
            }
      const level = accessLevelOf(principal, repository)
      expect(allows(level, 'read-only')).toBe(mayDo(principal, repository, 'pull'))
      if (allows(level, 'read-write')) {
        expect(mayDo(principal, repository, 'push') && mayDo(principal, repository, 'delete')).toBe(
          true,
        )
      }
      if (limits !== null) expect(level).not.toBe('admin')
    }),
  )
})
