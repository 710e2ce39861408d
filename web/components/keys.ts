export type Command = 'search' | 'next' | 'previous' | 'select' | 'range' | 'actions' | 'help'

/** The list that `?` shows, in its order. Esc closes what is open and is understood everywhere. */
export const keyList: { keys: string[]; meaning: string }[] = [
  { keys: ['/'], meaning: 'Search for staff' },
  { keys: ['j', 'k'], meaning: 'Next and previous person' },
  { keys: ['x'], meaning: 'Select or unselect the person' },
  { keys: ['Shift', 'x'], meaning: 'Select everyone from the last selected person to this one' },
  { keys: ['Enter'], meaning: 'Open the person' },
  { keys: ['a'], meaning: 'Open the Actions menu' },
  { keys: ['Esc'], meaning: 'Close the panel, the menu or the dialog' },
  { keys: ['?'], meaning: 'Show this list' },
]

export interface KeyPress {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  /** Letters typed into a field are text, not commands. */
  inField: boolean
}

const plain: Record<string, Command> = {
  '/': 'search',
  j: 'next',
  k: 'previous',
  x: 'select',
  a: 'actions',
  '?': 'help',
}

/** What a key press means on a list; undefined when it means nothing to us. */
export function commandOf(press: KeyPress): Command | undefined {
  if (press.inField || press.ctrlKey || press.metaKey || press.altKey) return undefined
  if (press.shiftKey && press.key.toLowerCase() === 'x') return 'range'
  return plain[press.key]
}

export function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox'
  return target.isContentEditable || target.matches('textarea, select')
}
