import { Button, Menu, type PopoverProps } from '@mantine/core'
import { ChevronDown } from 'lucide-react'
import { type App, appNames } from '../../../contract/words.ts'
import type { InstalledApp } from '../../api.ts'
import { AppIcon } from '../../components/app-icon.tsx'
import { formatNumber, people } from '../../components/format.ts'
import { MenuLink } from '../../components/links.tsx'
import {
  type ActionEntry,
  type AppEntry,
  connectActions,
  disconnectActions,
  mapActions,
  mappableApps,
  repairActions,
} from './actions.ts'
import classes from './actions-menu.module.css'

type SizeOptions = Exclude<NonNullable<PopoverProps['middlewares']>['size'], boolean | undefined>

export interface ActionsMenuProps {
  apps: readonly InstalledApp[]
  selected: number
  /** Who they are; empty when they are just the rows ticked on the screen. */
  remark: string
  total: number
  opened: boolean
  onOpenedChange: (opened: boolean) => void
  onRun: (entry: ActionEntry) => void
  onMap: (app: App) => void
  onUploadMap: () => void
  onExport: () => void
  onSelectAll: () => void
}

/** The menu is long: it takes the height there is and scrolls inside it. */
const fitWindow: SizeOptions = {
  padding: 8,
  apply: ({ availableHeight, elements }) => {
    elements.floating.style.maxHeight = `${availableHeight}px`
  },
}

const nobodySelected = 'Nobody is selected.'

export function ActionsMenu(props: ActionsMenuProps) {
  const { apps, selected, remark, total, opened, onOpenedChange } = props
  const { onRun, onMap, onUploadMap, onExport, onSelectAll } = props
  const reasonOf = (entry: ActionEntry) => entry.reason ?? (selected === 0 ? nobodySelected : null)
  const show = (entry: ActionEntry, withIcon: boolean) => (
    <Entry
      key={entry.label}
      entry={entry}
      reason={reasonOf(entry)}
      withIcon={withIcon}
      onChoose={() => onRun(entry)}
    />
  )
  return (
    <Menu
      opened={opened}
      onChange={onOpenedChange}
      width={360}
      withInitialFocusPlaceholder={false}
      middlewares={{ flip: true, shift: true, size: fitWindow }}
      position="bottom-start"
    >
      <Menu.Target>
        <Button rightSection={<ChevronDown size={14} aria-hidden="true" />}>Actions</Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.dropdown}>
        {selected === 0 ? (
          <Menu.Item onClick={onSelectAll} closeMenuOnClick={false} disabled={total === 0}>
            Nobody is selected.{total > 0 && ` Select all ${formatNumber(total)} that match`}
          </Menu.Item>
        ) : (
          <Menu.Label>
            {people(selected)} selected{remark && `: ${remark}`}
          </Menu.Label>
        )}
        {connectActions(apps).map((entry) => show(entry, true))}
        <Menu.Divider />
        {repairActions(apps).map((entry) => show(entry, false))}
        <Menu.Divider />
        {mapActions(apps).map((entry) => (
          <Entry
            key={entry.label}
            entry={entry}
            reason={entry.reason}
            note={selected > 0 ? `${people(selected)} as a map file` : 'Everybody who is not connected'}
            withIcon
            onChoose={() => onMap(entry.app)}
          />
        ))}
        <Menu.Item onClick={onUploadMap} disabled={mappableApps(apps).length === 0}>
          Upload map file
        </Menu.Item>
        <Menu.Divider />
        {disconnectActions(apps).map((entry) => show(entry, true))}
        <Menu.Item onClick={onExport} disabled={total === 0 && selected === 0}>
          Export
          <span className={classes.reason}>
            {selected > 0 ? `${people(selected)} as CSV` : `All ${formatNumber(total)} that match, as CSV`}
          </span>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

interface EntryProps {
  entry: AppEntry
  reason: string | null
  /** Stands under it while it can be chosen. */
  note?: string
  withIcon: boolean
  onChoose: () => void
}

/** One action; where it cannot be chosen, the reason stands under it and a link leads to what mends it. */
function Entry({ entry, reason, note, withIcon, onChoose }: EntryProps) {
  const shown = reason === null ? note : reason === nobodySelected ? null : reason
  return (
    <>
      <Menu.Item
        disabled={reason !== null}
        leftSection={withIcon ? <AppIcon app={entry.app} size={14} /> : undefined}
        onClick={onChoose}
      >
        {entry.label}
        {shown && <span className={classes.reason}>{shown}</span>}
      </Menu.Item>
      {entry.mend && (
        <MenuLink
          to="/settings/apps/$app"
          params={{ app: entry.mend }}
          className={withIcon ? classes.mend : classes.mendPlain}
        >
          Open Settings › Apps › {appNames[entry.mend]}
        </MenuLink>
      )}
    </>
  )
}
