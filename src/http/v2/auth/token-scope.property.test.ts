import { accessLevels } from '#domain/access/access-level.ts'
import { repositoryActions } from '#domain/access/repository-action.ts'
import { mayDo, type Principal } from '#services/accounts/principal.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grantedOf, scopeText } from './token-scope.ts'

const name = fc.constantFrom('team', 'team/app', 'teams/app', 'library/base', 'Team/App', '..', '')
const scope = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('repository', 'registry', 'repository(plugin)', ''),
      fc.oneof(name, fc.constant('catalog'), fc.constant('host:5000/team/app')),
      fc.subarray([...repositoryActions, '*', 'administer', '']),
    )
    .map(([type, resource, actions]) => `${type}:${resource}:${actions.join(',')}`),
  fc.string(),
)
const grants = fc.uniqueArray(
  fc.record({ scope: name, accessLevel: fc.constantFrom(...accessLevels) }),
  { selector: (grant) => grant.scope },
)
const asker: fc.Arbitrary<Principal> = fc.record({
  name: fc.constant('ada'),
  isAdmin: fc.boolean(),
  grants,
})

test('any requested scope grants only what is allowed, and requesting the grant again returns the same', () => {
  fc.assert(
    fc.property(asker, fc.array(scope, { maxLength: 80 }), (principal, scopes) => {
      const granted = grantedOf(principal, scopes)
      for (const { name: repository, actions } of granted.repositories) {
        expect(actions.length).toBeGreaterThan(0)
        for (const action of actions) expect(mayDo(principal, repository, action)).toBe(true)
        expect(scopes.join(' ')).toContain(`repository:${repository}:`)
      }
      expect(grantedOf(principal, [scopeText(granted)])).toEqual(granted)
    }),
  )
})
