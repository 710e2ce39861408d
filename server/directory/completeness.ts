/** What a list may lack of the accounts the vendor says there are: people come and go under a walk. */
const MISSING_SHARE = 0.1
const MISSING_FEW = 2
/** Without a number from the vendor, half of the people leaving at once is not believed. */
const SHRUNK_SHARE = 0.5
const SHRUNK_FEW = 10

export interface WalkCounts {
  /** Different accounts that the walk listed. */
  seen: number
  /** How many the vendor says there are, where it says so. */
  total: number | undefined
  /** How many the last complete walk listed. */
  before: number
}

/**
 * Why a list that came to its end is not believed all the same, as a few words for a sentence; undefined when
 * it is. A short, empty or cached answer must not read as "these people have left".
 */
export function implausible({ seen, total, before }: WalkCounts): string | undefined {
  if (seen === 0) return 'it listed no accounts at all'
  if (total !== undefined) {
    return total - seen > MISSING_FEW + total * MISSING_SHARE
      ? `it listed ${seen} of ${total} accounts`
      : undefined
  }
  const shrunk = before - seen > SHRUNK_FEW && seen < before * SHRUNK_SHARE
  return shrunk ? `it listed ${seen} accounts where there were ${before} before` : undefined
}
