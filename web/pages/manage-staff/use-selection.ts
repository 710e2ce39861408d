import { useEffect, useReducer } from 'react'
import { sameFilter } from './filters.ts'
import { changeSelection, readSelection, type View, writeSelection } from './selection.ts'

/**
 * The selection of one person in this tab; filtering and reloading leave it alone. `view` is null while the list
 * does not show the answer to its filter.
 */
export function useSelection(userId: string, view: View | null) {
  const storageKey = `muster.staff-selection ${userId}`
  const [selection, change] = useReducer(changeSelection, null, () =>
    readSelection(sessionStorage.getItem(storageKey)),
  )
  useEffect(() => sessionStorage.setItem(storageKey, writeSelection(selection)), [storageKey, selection])
  useEffect(() => {
    // Who matches changes with every run: the count follows, and where nobody is left, nobody is selected.
    if (!view || selection.mode !== 'all' || !sameFilter(selection.filter, view.filter)) return
    if (view.total === 0) change({ type: 'clear' })
    else if (view.total !== selection.total) change({ type: 'all', filter: view.filter, total: view.total })
  }, [selection, view])
  return { selection, change }
}

/** Nothing that somebody selected is there for who signs in next in this tab. */
export function forgetSelections(): void {
  sessionStorage.clear()
}
