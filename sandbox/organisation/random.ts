/** A seeded source of numbers: the same seed gives the same organisation on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(below: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One entry of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** The list in another order (a copy). */
  shuffled<T>(list: readonly T[]): T[]
  /** A string of hexadecimal digits. */
  hex(digits: number): string
}

/** Mulberry32: 32 bits of state, fast, good enough for made-up people; never for secrets. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (list) => {
      const entry = list[below(list.length)]
      if (entry === undefined) throw new Error('cannot pick from an empty list')
      return entry
    },
    shuffled: (list) => {
      const copy = [...list]
      for (let at = copy.length - 1; at > 0; at--) {
        const other = below(at + 1)
        const [left, right] = [copy[at], copy[other]]
        if (left === undefined || right === undefined) continue
        copy[at] = right
        copy[other] = left
      }
      return copy
    },
    hex: (digits) => {
      let text = ''
      while (text.length < digits)
        text += Math.floor(next() * 0x1_0000_0000)
          .toString(16)
          .padStart(8, '0')
      return text.slice(0, digits)
    },
  }
}

/** A version-4-shaped UUID. */
export function uuid(random: Random): string {
  const digits = random.hex(32)
  const variant = '89ab'[Number.parseInt(digits.slice(16, 17), 16) & 3]
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-')
}
