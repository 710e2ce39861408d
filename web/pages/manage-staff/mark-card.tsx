import { Popover } from '@mantine/core'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { type App, apps } from '../../../contract/words.ts'
import type { Connection, Person } from '../../api.ts'
import { ConnectionCard } from './connection-card.tsx'

interface Shown {
  mark: HTMLElement
  person: Person
  connection: Connection
  /** Opened by a click, a tap or Enter: it takes the focus and stays until it is closed. */
  pinned: boolean
}

const showAfter = 140
const hideAfter = 180

export interface MarkCardsProps {
  /** Finds a person of the list, at the moment a mark is pointed at. */
  find: (accountId: string) => Person | undefined
  onRetry: (person: Person, app: App) => void
  onOpen: (accountId: string) => void
  children: ReactNode
}

/**
 * One card for all marks of the table: shown for the mark that is hovered or focused, kept open by a click.
 * The marks themselves stay plain buttons, so that thousands can scroll by.
 */
export function MarkCards({ find, onRetry, onOpen, children }: MarkCardsProps) {
  const area = useRef<HTMLDivElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const returning = useRef(false)
  const [shown, setShown] = useState<Shown | null>(null)

  const later = useCallback((milliseconds: number, what: () => void) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(what, milliseconds)
  }, [])
  const hideSoon = useCallback(
    () => later(hideAfter, () => setShown((now) => (now?.pinned ? now : null))),
    [later],
  )

  useEffect(() => {
    const box = area.current
    if (!box) return
    const listening = new AbortController()
    const on = (type: string, listener: (event: Event) => void) =>
      box.addEventListener(type, listener, { signal: listening.signal })

    const show = (mark: HTMLElement, pinned: boolean) => {
      const person = find(mark.dataset.account ?? '')
      const app = apps.find((one) => one === mark.dataset.mark)
      const connection = person?.connections.find((one) => one.app === app)
      if (!person || !connection) return
      setShown((now) => (now?.pinned && !pinned ? now : { mark, person, connection, pinned }))
    }
    on('pointerover', (event) => {
      const mark = markOf(event)
      if (mark && event instanceof PointerEvent && event.pointerType === 'mouse') {
        later(showAfter, () => show(mark, false))
      }
    })
    on('pointerout', (event) => {
      if (markOf(event)) hideSoon()
    })
    on('focusin', (event) => {
      const mark = markOf(event)
      if (mark?.matches(':focus-visible') && !returning.current) later(0, () => show(mark, false))
    })
    on('keydown', (event) => {
      if (!markOf(event) || !(event instanceof KeyboardEvent) || event.key !== 'Escape') return
      clearTimeout(timer.current)
      setShown(null)
    })
    on('focusout', (event) => {
      if (markOf(event)) hideSoon()
    })
    on('click', (event) => {
      const mark = markOf(event)
      if (!mark) return
      clearTimeout(timer.current)
      show(mark, true)
    })
    // Whatever is anchored to a row goes when the rows move away under it.
    box.addEventListener('scroll', () => setShown(null), { signal: listening.signal, capture: true })
    return () => {
      listening.abort()
      clearTimeout(timer.current)
    }
  }, [find, later, hideSoon])

  const close = () => {
    if (shown?.pinned) {
      // The focus goes back to the mark, which must not open its card once more.
      returning.current = true
      shown.mark.focus({ preventScroll: true })
      returning.current = false
    }
    setShown(null)
  }
  const place = shown?.mark.getBoundingClientRect()

  return (
    <div ref={area} style={{ display: 'contents' }}>
      {children}
      {shown && place && (
        <Popover
          opened
          key={`${shown.person.accountId} ${shown.connection.app}`}
          position="bottom-start"
          width={360}
          offset={4}
          withRoles={false}
          trapFocus={shown.pinned}
          onDismiss={close}
          closeOnClickOutside={shown.pinned}
        >
          <Popover.Target>
            <div
              style={{
                position: 'fixed',
                left: place.left,
                top: place.top,
                width: place.width,
                height: place.height,
                pointerEvents: 'none',
              }}
            />
          </Popover.Target>
          <Popover.Dropdown
            onPointerEnter={() => clearTimeout(timer.current)}
            onPointerLeave={hideSoon}
            onClick={() => setShown({ ...shown, pinned: true })}
            role="dialog"
            aria-label={`${shown.person.displayName}, connection`}
          >
            <ConnectionCard
              person={shown.person}
              connection={shown.connection}
              onRetry={() => {
                setShown(null)
                onRetry(shown.person, shown.connection.app)
              }}
              onOpen={() => {
                setShown(null)
                onOpen(shown.person.accountId)
              }}
              onDone={close}
            />
          </Popover.Dropdown>
        </Popover>
      )}
    </div>
  )
}

function markOf(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-mark]') : null
}
