/**
 * The rules of the agreement, by name, with what each of them says. Left out, each of them costs an
 * image in some scenario.
 */
export const rules = {
  'intent before check':
    'a push commits what its manifest reaches, and only then looks whether it is stored',
  'intent is root': 'nothing is condemned that an intent reaches in that moment',
  'intent is refused': 'a push whose manifest reaches what is being removed waits',
  'intent pardons': 'a push takes what its manifest reaches from the condemned keys',
  'intent is kept': 'an intent stays until every listing shows what it wrote',
  'intent outlives run':
    'no intent ends by its age while a collection goes on that may have listed before it',
  'row before answer': 'an untagged manifest that a client asks for gets an intent first',
  'answer checks reach': 'an untagged manifest is there only if all that it needs is',
  remember: 'a server remembers the blobs that it told clients of',
  barrier: 'nothing is removed before every server has loaded what is condemned',
  'held at once': 'an act keeps what it asked for from before its look, also if it began earlier',
  'own clock': 'a server stops by its own clock before the others may count it out',
  'stale acts end': 'an act that began before its server was counted out answers nothing',
  pardon: 'a server takes a key from the condemned ones before it relies on it',
  'still condemned': 'only what is condemned in the moment of the sentence is removed',
  'newest leader': 'a leader that another has followed sentences nothing',
  'sentenced is absent': 'what is being removed is not there for readers',
  'writers wait': 'what is being removed is not written until that has ended',
  'sent once': 'a removal is sent once, and only its answer ends it',
  'signed before': 'a removal is signed before its sentence, and the signature expires',
  unsettled: 'what a removal without an answer may still remove stays unavailable',
  'bounded store': 'the store applies a request within a known time, or never',
} as const

export type Rule = keyof typeof rules
export type Holds = (rule: Rule) => boolean
