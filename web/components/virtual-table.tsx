import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { memo, type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import classes from './virtual-table.module.css'

export interface VirtualTableHandle {
  /** Brings a row into view and puts the focus on its first button or link. */
  focusRow(index: number): void
  scrollToTop(): void
}

export interface VirtualTableProps<T> {
  /** What the rows are, for screen readers. */
  label: string
  /** All rows there are, loaded or not: the scrollbar has its real length from the start. */
  total: number
  /** The rows loaded so far, from the first on. */
  rows: readonly T[]
  rowHeight: number
  /** Class that sets `grid-template-columns` of the header and the rows. */
  grid: string | undefined
  /** Cells: <th>. */
  header: ReactNode
  /** Cells: <td>. Keep the function the same between renders: rows are drawn again when it changes. */
  cells: (row: T, index: number, state: string) => ReactNode
  /** Words for `data-state` of a row, such as "selected current"; a row is drawn again when they change. */
  stateOf?: (row: T, index: number) => string
  /** Called with the last row in view, so that the rows up to it can be loaded. */
  onReach: (lastIndex: number) => void
  /** A row that stays in the document even when it is scrolled away, because the focus is on it. */
  keep?: number
  /** Shown while the rows belong to an earlier question. */
  dimmed?: boolean
  empty?: ReactNode
  ref?: Ref<VirtualTableHandle>
}

/** A table of any length: only what is in view is in the document, with a table's meaning for screen readers. */
export function VirtualTable<T>(props: VirtualTableProps<T>) {
  const { total, rows, rowHeight, keep, onReach } = props
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: 36,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      if (keep === undefined || keep >= range.count || shown.includes(keep)) return shown
      return [...shown, keep].sort((a, b) => a - b)
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height means that all rows are measured again
  useEffect(() => virtual.measure(), [rowHeight, virtual])

  const lastInView = virtual.range?.endIndex ?? 0
  useEffect(() => onReach(Math.min(lastInView + 10, total - 1)), [lastInView, total, onReach])

  useImperativeHandle(props.ref, () => ({
    focusRow(index) {
      virtual.scrollToIndex(index, { align: 'auto' })
      // The row may come into the document only with the next frame.
      requestAnimationFrame(() => {
        const row = scroller.current?.querySelector(`[aria-rowindex="${index + 2}"]`)
        row?.querySelector<HTMLElement>('[data-row-focus]')?.focus({ preventScroll: true })
      })
    },
    scrollToTop: () => scroller.current?.scrollTo({ top: 0 }),
  }))

  return (
    <section
      ref={scroller}
      className={classes.scroller}
      aria-label={`${props.label}, scrollable`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table aria-label={props.label} aria-rowcount={total + 1} className={classes.table}>
        <thead className={classes.head}>
          <tr aria-rowindex={1} className={`${classes.row} ${props.grid}`}>
            {props.header}
          </tr>
        </thead>
        <tbody
          className={classes.body}
          data-dimmed={props.dimmed || undefined}
          style={{ height: virtual.getTotalSize() }}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            if (row === undefined)
              return <SkeletonRow key={index} index={index} start={start} height={rowHeight} />
            return (
              <Row
                key={index}
                row={row}
                index={index}
                start={start}
                height={rowHeight}
                grid={props.grid}
                state={props.stateOf?.(row, index) ?? ''}
                cells={props.cells as RowProps['cells']}
              />
            )
          })}
        </tbody>
      </table>
      {total === 0 && props.empty}
    </section>
  )
}

interface RowProps {
  row: unknown
  index: number
  start: number
  height: number
  grid: string | undefined
  state: string
  cells: (row: unknown, index: number, state: string) => ReactNode
}

const Row = memo(function Row({ row, index, start, height, grid, state, cells }: RowProps) {
  return (
    <tr
      aria-rowindex={index + 2}
      data-index={index}
      data-state={state}
      className={`${classes.row} ${classes.placed} ${grid}`}
      style={{ height, transform: `translateY(${start}px)` }}
    >
      {cells(row, index, state)}
    </tr>
  )
})

function SkeletonRow({ index, start, height }: { index: number; start: number; height: number }) {
  return (
    <tr
      aria-rowindex={index + 2}
      className={`${classes.row} ${classes.placed} ${classes.skeleton}`}
      style={{ height, transform: `translateY(${start}px)` }}
    >
      <td>
        <span className="hidden-text">Loading</span>
      </td>
    </tr>
  )
}
