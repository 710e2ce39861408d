/**
 * A map from a key to the few indices that have it. Nearly every key has exactly one, which is kept as a plain
 * number: at 200,000 keys a list for each would be most of the memory that matching takes.
 */
export class OneOrMany<K> {
  readonly #found = new Map<K, number | number[]>()

  /** Adds an index once. */
  add(key: K, index: number): void {
    const known = this.#found.get(key)
    if (known === undefined) this.#found.set(key, index)
    else if (typeof known !== 'number') {
      if (!known.includes(index)) known.push(index)
    } else if (known !== index) this.#found.set(key, [known, index])
  }

  get(key: K): readonly number[] {
    const found = this.#found.get(key)
    if (found === undefined) return []
    return typeof found === 'number' ? [found] : found
  }
}
