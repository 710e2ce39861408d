import type { PersonName } from './names.ts'
import type { Random } from './random.ts'

const FRONT = `night byte pixel quantum rusty silent turbo cosmic lazy mad null iron salty hyper zen fuzzy atomic
  electric grumpy velvet` // adjectives of handles that say nothing about a name
const BACK = `owl wizard panda monkey raven kernel llama badger ninja cactus otter falcon gopher lambda moose
  phantom pickle rocket sloth yeti`
const fronts = FRONT.split(/\s+/)
const backs = BACK.split(/\s+/)

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '')
}

/** A handle from which no name can be read. */
export function unrelatedLogin(random: Random): string {
  const digits = random.chance(0.4) ? String(random.below(1000)) : ''
  return `${random.pick(fronts)}${random.chance(0.3) ? '-' : ''}${random.pick(backs)}${digits}`
}

/** A login as people choose them: about a third of all say nothing about the name. */
export function makeLogin(random: Random, name: PersonName): string {
  const given = letters(name.given)
  const family = letters(name.family)
  if (random.chance(0.33) || given === '') return unrelatedLogin(random)
  if (family === '') return random.chance(0.5) ? given : `${given}${random.below(100)}`
  const dice = random.next()
  if (dice < 0.25) return `${given}${family}`
  if (dice < 0.42) return `${given}-${family}`
  if (dice < 0.64) return `${given.slice(0, 1)}${family}`
  if (dice < 0.7) return `${given}${family.slice(0, 1)}`
  if (dice < 0.75) return `${family}${given}`
  if (dice < 0.82) return `${given}-${family}-acme`
  if (dice < 0.9) return `${given}${random.below(100)}`
  return `${family}${70 + random.below(30)}`
}

/**
 * Hands out every login once, as GitHub does: case-insensitively unique, at most 39 characters, letters,
 * digits and single hyphens inside.
 */
export function loginRegister(): (wish: string) => string {
  const taken = new Set<string>()
  const repeats = new Map<string, number>()
  return (wish) => {
    const base = wish.slice(0, 33).replace(/-+$/, '')
    let login = base
    for (let count = repeats.get(base) ?? 0; taken.has(login.toLowerCase()); ) {
      count += 1
      repeats.set(base, count)
      login = `${base}${count + 1}`
    }
    taken.add(login.toLowerCase())
    return login
  }
}
