import { Button, Menu, type PopoverProps } from '@mantine/core'
import { ChevronDown } from 'lucide-react'
import { useId } from 'react'
import { appNames } from '../../../contract/words.ts'
import type { InstalledApp } from '../../api.ts'
import { AppIcon } from '../../components/app-icon.tsx'
import { formatNumber, people } from '../../components/format.ts'
import { MenuLink } from '../../components/links.tsx'
import {
  type ActionEntry,
  connectActions,
  disconnectActions,
  mapFileLabels,
  mapFileReason,
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
  const { apps, selected, remark, total, opened, onOpenedChange, onRun, onExport, onSelectAll } = props
  const reasonOf = (entry: ActionEntry) => entry.reason ?? (selected === 0 ? nobodySelected : null)
  const mapReason = useId()
  const show = (entry: ActionEntry, withIcon: boolean) => (
    <Entry key={entry.label} entry={entry} reason={reasonOf(entry)} withIcon={withIcon} onRun={onRun} />
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
        <Menu.Label id={mapReason}>{mapFileReason}</Menu.Label>
        {mapFileLabels.map((label) => (
          <Menu.Item key={label} disabled aria-describedby={mapReason}>
            {label}
          </Menu.Item>
        ))}
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
  entry: ActionEntry
  reason: string | null
  withIcon: boolean
  onRun: (entry: ActionEntry) => void
}

/** One action; where it cannot be chosen, the reason stands under it and a link leads to what mends it. */
function Entry({ entry, reason, withIcon, onRun }: EntryProps) {
  const shownReason = reason === nobodySelected ? null : reason
  return (
    <>
      <Menu.Item
        disabled={reason !== null}
        leftSection={withIcon ? <AppIcon app={entry.app} size={14} /> : undefined}
        onClick={() => onRun(entry)}
      >
        {entry.label}
        {shownReason && <span className={classes.reason}>{shownReason}</span>}
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
