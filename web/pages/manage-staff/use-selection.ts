import { useEffect, useReducer } from 'react'
import { changeSelection, readSelection, writeSelection } from './selection.ts'

const storageKey = 'muster.staff-selection'

/** The selection of this tab; filtering and reloading leave it alone. */
export function useSelection() {
  const [selection, change] = useReducer(changeSelection, null, () =>
    readSelection(sessionStorage.getItem(storageKey)),
  )
  useEffect(() => sessionStorage.setItem(storageKey, writeSelection(selection)), [selection])
  return { selection, change }
}
