import { BlockList, isIP } from 'node:net'
import { ok, err, type Result } from '#domain/values/result.ts'

/** Whether an address, as `plainAddress` writes it, is that of a trusted proxy. */
export type TrustsProxy = (address: string) => boolean

/** An address without what some programs add: brackets, a port, a zone, `::ffff:`. */
export function plainAddress(text: string): string | null {
  const [, bracketed, withPort] = /^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text.trim()) ?? []
  const address = (bracketed ?? withPort ?? text.trim()).replace(/%.*$/, '').toLowerCase()
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1]
  const plain = mapped ?? address
  return isIP(plain) === 0 ? null : plain
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const wrong = (item: string, reason: string) =>
  err({ code: 'INVALID_CONFIGURATION', message: `"${item}" ${reason}` })

function add(list: BlockList, item: string): Result<null> {
  const [address = '', length, ...rest] = item.split('/')
  if (isIP(address) === 0 || rest.length > 0) {
    return wrong(item, 'is neither an address (10.0.0.7) nor a network (10.0.0.0/8)')
  }
  const family = familyOf(address)
  if (length === undefined) {
    list.addAddress(address, family)
    return ok(null)
  }
  const longest = family === 'ipv4' ? 32 : 128
  if (!/^\d{1,3}$/.test(length) || Number(length) > longest) {
    return wrong(item, `has no prefix length from 1 to ${longest}`)
  }
  if (Number(length) === 0) {
    return wrong(item, 'names every address: anybody could claim to be anybody')
  }
  list.addSubnet(address, Number(length), family)
  return ok(null)
}

/** Addresses and networks (CIDR), separated by commas. */
export function parseTrustedProxies(text: string): Result<TrustsProxy> {
  const list = new BlockList()
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue
    const added = add(list, item)
    if (!added.ok) return added
  }
  return ok((address) => list.check(address, familyOf(address)))
}

export const trustsNone: TrustsProxy = () => false
