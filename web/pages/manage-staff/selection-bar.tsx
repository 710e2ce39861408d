import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Facets } from '../../api.ts'
import { formatNumber, people } from '../../components/format.ts'
import type { StaffSearch } from './filters.ts'
import { pickLimit, type Selection, type selectionRemark, selectionSize } from './selection.ts'
import classes from './selection-bar.module.css'

export interface SelectionBarProps {
  selection: Selection
  remark: ReturnType<typeof selectionRemark>
  search: StaffSearch
  total: number
  facets: Facets | undefined
  onSelectAll: () => void
  onClear: () => void
  children: ReactNode
}

/** Who is selected, what can be done with them, and how those who match are doing. */
export function SelectionBar(props: SelectionBarProps) {
  const { selection, remark, search, total, facets, onSelectAll, onClear, children } = props
  const size = selectionSize(selection)
  const ofThisFilter = selection.mode === 'all' && !remark.differs
  return (
    <div className={classes.bar}>
      <div className={classes.selection} role="status" aria-label="Selection">
        {size === 0 && <span className={classes.nobody}>Nobody selected</span>}
        {ofThisFilter && (
          <strong className="number">
            {formatNumber(size)} of {people(size)} that match
          </strong>
        )}
        {!ofThisFilter && size > 0 && (
          <strong className={`${classes.who} number`} data-differs={remark.differs || undefined}>
            {remark.differs && <CircleAlert size={16} aria-hidden="true" />}
            <span>
              {people(size)} selected
              {remark.words && `: ${remark.words}`}
              {selection.mode === 'some' && size >= pickLimit && ', the most that can be picked one by one'}
            </span>
          </strong>
        )}
      </div>
      {children}
      {!ofThisFilter && total > 0 && (
        <Button variant="subtle" onClick={onSelectAll}>
          {remark.differs
            ? `Select these ${formatNumber(total)} instead`
            : `Select all ${formatNumber(total)} that match`}
        </Button>
      )}
      {size > 0 && (
        <Button variant="subtle" color="gray" onClick={onClear}>
          Select nobody
        </Button>
      )}
      <Totals search={search} total={total} facets={facets} />
    </div>
  )
}

function Totals({
  search,
  total,
  facets,
}: {
  search: StaffSearch
  total: number
  facets: Facets | undefined
}) {
  const inStatus = (status: string) =>
    (facets?.statuses ?? [])
      .filter(({ value }) => value.endsWith(`:${status}`))
      .reduce((sum, { count }) => sum + count, 0)
  const failed = inStatus('failed')
  const needMapping = inStatus('needs_mapping')
  const link = (status: 'failed' | 'needs_mapping') => ({
    ...search,
    person: undefined,
    app: undefined,
    status,
  })
  return (
    <p className={`${classes.totals} number soft`}>
      {people(total)}
      {failed > 0 && (
        <>
          {' · '}
          <Link to="/settings/staff" search={link('failed')} className="link">
            {formatNumber(failed)} failed
          </Link>
        </>
      )}
      {needMapping > 0 && (
        <>
          {' · '}
          <Link to="/settings/staff" search={link('needs_mapping')} className="link">
            {formatNumber(needMapping)} need mapping
          </Link>
        </>
      )}
    </p>
  )
}
