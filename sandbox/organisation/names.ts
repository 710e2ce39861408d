import anyAscii from 'any-ascii'
import { CULTURES, type Culture, NICKNAMES } from './cultures.ts'
import type { Random } from './random.ts'

export interface PersonName {
  /** As the roster writes it, in the person's own script or in Latin letters. */
  display: string
  /** The same name in plain ASCII; `family` is empty for people with a single name. */
  given: string
  family: string
  /** The family name before marriage, in ASCII, where there is one. */
  birthFamily?: string
  /** The whole name with script, order and case forgiven. */
  key: string
  /** The keys under which a profile may show the person: the whole name, or part of it. */
  shownKeys: string[]
}

interface Part {
  native: string
  latin: string
}

function part(text: string): Part {
  const [native = '', latin = native] = text.replaceAll('.', ' ').split('/')
  return { native, latin }
}

interface PreparedCulture {
  culture: Culture
  given: Part[]
  family: Part[]
}

const PREPARED: readonly PreparedCulture[] = CULTURES.map((culture) => ({
  culture,
  given: culture.given.map(part),
  family: culture.family.map(part),
}))

/** Every culture as often as its weight, so that one pick is one weighted draw. */
const DRAW: readonly PreparedCulture[] = PREPARED.flatMap((entry) => Array(entry.culture.weight).fill(entry))

const ascii = new Map<string, string>()

/** Plain ASCII of a Latin-script text ("Đặng" → "Dang"). */
export function plain(text: string): string {
  const known = ascii.get(text)
  if (known !== undefined) return known
  const folded = anyAscii(text)
  if (ascii.size < 10_000) ascii.set(text, folded)
  return folded
}

/** What remains of a name when script, order and case are forgiven. */
function keyOf(...texts: string[]): string {
  return texts
    .flatMap((text) => plain(text).toLowerCase().split(/[ -]/))
    .sort()
    .join(' ')
}

/** A name of a random culture. `rarer` adds that many further given names, for people who must be unique. */
export function makeName(random: Random, rarer = 0): PersonName {
  const { culture, given, family } = random.pick(DRAW)
  const first = random.pick(given)
  const last = random.pick(family)
  const givenParts = [first, ...Array.from({ length: rarer }, () => random.pick(given))]
  const parts = culture.order === 'mononym' ? givenParts : [...givenParts, last]
  if (culture.order === 'two-families') parts.push(random.pick(family))

  const native = random.chance(0.5)
  const whole = keyOf(...parts.map((piece) => piece.latin))
  const name = {
    given: plain(first.latin),
    family: culture.order === 'mononym' ? '' : plain(last.latin),
    display: display(culture, parts, native),
    key: whole,
    shownKeys: [whole, keyOf(first.latin, last.latin)],
  }
  return culture.order === 'given-family' && !native ? married(random, name) : name
}

/** Puts the parts (given names first) together as the culture does. */
function display(culture: Culture, parts: readonly Part[], native: boolean): string {
  const texts = parts.map((piece) => (native ? piece.native : piece.latin))
  const familyFirst = culture.order === 'vietnamese' || (culture.order === 'family-given' && native)
  if (!familyFirst) return texts.join(' ')
  return [...texts.slice(-1), ...texts.slice(0, -1)].join(culture.joined ? '' : ' ')
}

/** A few people carry the name from before their marriage beside the new one. */
function married(random: Random, name: PersonName): PersonName {
  if (!random.chance(0.04) || name.display.includes('-')) return name
  const partner = random.pick(['Lindgren', 'Okafor', 'Marchetti', 'Vandenberg', 'Castellanos', 'Eriksen'])
  return {
    display: `${name.display}-${partner}`,
    given: name.given,
    family: partner,
    birthFamily: name.family,
    key: keyOf(name.display, partner),
    shownKeys: [...name.shownKeys, keyOf(name.display, partner), keyOf(name.given, partner)],
  }
}

/** The name a person shows on a public profile when it need not be the roster's. */
export function profileName(random: Random, name: PersonName): string | null {
  const dice = random.next()
  if (dice < 0.45) return name.display
  if (dice < 0.6) return `${name.given} ${name.family}`.trim()
  if (dice < 0.68) return `${NICKNAMES[name.given] ?? name.given} ${name.family}`.trim()
  if (dice < 0.74) return name.given
  if (dice < 0.78 && name.family !== '') return `${name.family}, ${name.given}`
  if (dice < 0.82 && name.family !== '') return `${name.given.slice(0, 1)}. ${name.family}`
  if (dice < 0.85) return `${name.given} ${name.family}`.trim().toLowerCase()
  return null
}
