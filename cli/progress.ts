import type { RunShape } from '../contract/routes/shapes.ts'

const width = 24

/** A line that is written over on a terminal; elsewhere nothing is printed until the end. */
export function progressLine(stream: NodeJS.WriteStream) {
  return {
    show(run: RunShape): void {
      if (!stream.isTTY) return
      stream.write(`\r\x1b[K${progressText(run)}`)
    },
    end(): void {
      if (stream.isTTY) stream.write('\r\x1b[K')
    },
  }
}

/** `████████░░░░  812 of 1204 · 701 connected · 61 need mapping · 38 failed · about 20 s` */
export function progressText(run: RunShape): string {
  const { selected, waiting, connected, needsMapping, failed } = run.counts
  if (selected === 0 || waiting === selected) return run.stage
  const done = selected - waiting
  const filled = Math.round((done / selected) * width)
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
  const parts = [
    `${bar}  ${done} of ${selected}`,
    `${connected} connected`,
    `${needsMapping} need mapping`,
    `${failed} failed`,
  ]
  if (run.secondsLeft !== null) parts.push(`about ${Math.ceil(run.secondsLeft)} s`)
  return parts.join(' · ')
}
