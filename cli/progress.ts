import type { RunShape } from '../contract/routes/shapes.ts'

const width = 24

/** A line that is written over on a terminal; elsewhere only a wait is told, each once. */
export function progressLine(stream: NodeJS.WriteStream) {
  let told: string | null = null
  return {
    show(run: RunShape): void {
      if (!stream.isTTY) {
        if (run.waitingUntil && run.waitingUntil !== told) stream.write(`${waitText(run)}\n`)
        told = run.waitingUntil
        return
      }
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
  if (run.waitingUntil) return waitText(run)
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

function waitText(run: RunShape): string {
  return `Waiting until ${run.waitingUntil}. ${run.failure?.sentence ?? ''}`.trim()
}
