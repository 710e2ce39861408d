import { inspect } from 'node:util'

const shown = '[secret]'

/** A value that does not get into a log, a JSON answer or a message by accident: only `reveal()` shows it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return shown
  }

  toJSON(): string {
    return shown
  }

  [inspect.custom](): string {
    return shown
  }
}
