import anyAscii from 'any-ascii'

/** A name in the forms in which two spellings of it are equal. */
export interface ComparableName {
  /** Letters only, lower case, without spaces: `jurgenmuller`, and `juergenmueller` where it was `ü`. */
  forms: string[]
  /** At least two parts of two letters or more: enough to be somebody's full name. */
  full: boolean
}

const pronouns =
  /\b(?:she|he|they|xe|ze|it|any)(?:\s*\/\s*(?:her|hers|him|his|them|theirs|they|she|he|its|any))+\b/gi
const brackets = /\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\}|（[^（）]*）|【[^【】]*】/g
const affixes = new Set('jr sr ii iii iv phd md msc bsc mba esq cpa pmp dr prof mr mrs ms mx'.split(' '))
const umlauts: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }

/**
 * Normalises a display name: pronouns, brackets, titles and suffixes go, `Last, First` is turned round, every
 * script becomes ASCII, and spaces, hyphens, apostrophes and capitals inside a word do not count (`O'Brien` =
 * `OBrien`, `JeanLuc` = `Jean-Luc`). Undefined when nothing is left to compare.
 */
export function comparableName(raw: string | null): ComparableName | undefined {
  if (!raw) return undefined
  const words = withoutAffixes(isPlain(raw) ? raw.split(/[ -]+/) : wordsOf(raw))
  const plain = join(words)
  if (plain.length < 2) return undefined
  const spelled = isAscii(raw) ? plain : join(words.map(spellOut))
  const parts = words.flatMap((word) => split(transliterate(word)))
  return {
    forms: plain === spelled ? [plain] : [plain, spelled],
    full: parts.length > 1 && parts.every((part) => part.length > 1),
  }
}

/** Nothing but ASCII letters, spaces and hyphens, as most names are: nothing to strip or turn round. */
function isPlain(raw: string): boolean {
  return /^[A-Za-z][A-Za-z -]*$/.test(raw)
}

function wordsOf(raw: string): string[] {
  const text = raw.normalize('NFKC').replace(pronouns, ' ').replace(brackets, ' ')
  const [front = ''] = text.split(/[|@•·]/, 1)
  return lettersOnly(firstNameFirst(front))
}

/** `Pérez Gil, Ana` → `Ana Pérez Gil`; a title behind the comma (`Ana Pérez, PhD`) is no first name. */
function firstNameFirst(name: string): string {
  if (!name.includes(',')) return name
  const parts = name.split(',').filter((part) => withoutAffixes(lettersOnly(part)).length > 0)
  const [last, first, ...rest] = parts
  return first !== undefined && rest.length === 0 ? `${first} ${last}` : parts.join(' ')
}

/** Words of letters and marks; emoji, digits and punctuation are none. */
function lettersOnly(name: string): string[] {
  return name.replace(/['’ʼ`.]/g, (mark) => (mark === '.' ? ' ' : '')).match(/[\p{L}\p{M}]+/gu) ?? []
}

function withoutAffixes(words: string[]): string[] {
  return words.filter((word) => !affixes.has(word.toLowerCase()))
}

function join(words: string[]): string {
  return transliterate(words.join(''))
    .toLowerCase()
    .replace(/[^a-z]/g, '')
}

function transliterate(text: string): string {
  return isAscii(text) ? text : anyAscii(text)
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text)
}

/** `Müller` → `Mueller`, as it is written where umlauts are missing. */
function spellOut(word: string): string {
  return word.normalize('NFC').replace(/[äöüåø]/gi, (letter) => umlauts[letter.toLowerCase()] ?? letter)
}

/** `JeanLuc` → `Jean`, `Luc`; Han and Hangul arrive so from the transliteration. */
function split(word: string): string[] {
  return word.split(/(?<=\p{Ll})(?=\p{Lu})/u)
}
