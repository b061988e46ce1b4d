/**
 * The main part of most guessed passwords, with digits and signs before or after it. Kept by hand,
 * from the public lists of the commonest; not in `password.ts`, which pages load.
 */
const commonWords: ReadonlySet<string> = new Set(
  `abc access account admin administrator alexander amanda america andrea andrew anthony apple arsenal
  asdf ashley babygirl backup barcelona baseball basketball batman blink brandon butterfly changeit
  changeme charlie cheese chelsea chocolate christian coffee computer cookie corvette cowboys daniel
  default demo devops diamond docker dragon elephant ferrari flower football forever freedom friends
  fuckyou gandalf george google guest hannah harley heather hello hockey hunter iloveyou internet jackson
  jasmine jennifer jessica jetsam jonathan jordan joshua justin killer letmein liverpool login london
  love lovely loveme madison maggie manager master matrix matthew maverick melissa mercedes michael
  michelle money monkey monster mustang natasha nicholas nicole ninja nothing orange passw pass passwd
  passwort password patrick peanut pepper phoenix player pokemon private princess purple qazwsx qwer
  qwerty qwertz rainbow rangers registry richard robert root samantha samsung secret security server
  service shadow snoopy soccer spiderman starwars steelers summer winter spring autumn sunflower sunshine
  super superman support system taylor temp test tester testing thomas thunder tigger tinkerbell trustno
  unknown user victoria welcome whatever william yankees yellow zaq zxcvbn`.split(/\s+/),
)

/** Rows of a keyboard, and their like, in both directions. */
const rows = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
  'q1w2e3r4t5y6u7i8o9p0',
  '1q2w3e4r5t6y7u8i9o0p',
]
const runs = rows.flatMap((row) => [row, Array.from(row).toReversed().join('')])

const lettersOf: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

const plain = (text: string): string =>
  Array.from(text, (character) => lettersOf[character] ?? character).join('')

/** Without the digits and signs at its ends. */
const core = (text: string): string => text.replace(/^[^a-z]+|[^a-z]+$/g, '')

/** The repeated part: `abab` is `ab` twice. */
const unit = (text: string): string => /^(.+?)\1+$/su.exec(text)?.[1] ?? text

/** Whether it consists only of runs, each of three characters or more: `qwerty123`, `asdfasdf`. */
function isOfRuns(text: string): boolean {
  if (text === '') return true
  for (let length = text.length; length >= 3; length -= 1) {
    const start = text.slice(0, length)
    if (runs.some((run) => run.includes(start))) return isOfRuns(text.slice(length))
  }
  return false
}

/**
 * Whether a password is among the first guesses: a word of the list, or of `others` (such as the
 * account's name), also spelled with digits and signs, a run of keys, or a few characters repeated.
 */
export function isCommonPassword(password: string, others: readonly string[] = []): boolean {
  const text = password.toLowerCase()
  const once = unit(text)
  if (Array.from(once).length < 4) return true
  const words = [once, core(once), core(plain(once)), plain(core(once)), unit(core(plain(once)))]
  const known = new Set([...commonWords, ...others.map((word) => word.toLowerCase())])
  return words.some((word) => known.has(word)) || isOfRuns(once)
}
