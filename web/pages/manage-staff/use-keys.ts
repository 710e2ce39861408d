import { useEffect, useRef } from 'react'
import { type Command, commandOf, isField } from '../../components/keys.ts'

/** Runs the command of each key pressed on this page; not while a dialog or a menu is open. */
export function useKeys(onCommand: (command: Command) => void, onEscape: () => void): void {
  const latest = useRef({ onCommand, onEscape })
  useEffect(() => {
    latest.current = { onCommand, onEscape }
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (somethingOpen()) return
      if (event.key === 'Escape' && !isField(event.target)) return latest.current.onEscape()
      const { key, shiftKey, ctrlKey, metaKey, altKey } = event
      const command = commandOf({ key, shiftKey, ctrlKey, metaKey, altKey, inField: isField(event.target) })
      if (!command) return
      event.preventDefault()
      latest.current.onCommand(command)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}

/** A dialog, a menu or a list of choices has the keyboard to itself. */
function somethingOpen(): boolean {
  const layers = document.querySelectorAll(
    '[role="dialog"][aria-modal="true"], [role="menu"], [role="listbox"]',
  )
  return [...layers].some((layer) => layer.checkVisibility())
}
