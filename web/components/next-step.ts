/**
 * The next step of a failure for a reader who looks at that person already: "Open Ana in Manage Staff and choose
 * the GitHub account." → "Choose the GitHub account."
 */
export function nextStepHere(nextStep: string): string {
  return nextStep
    .replace(/^Open .+ in Manage Staff and (\p{L})/u, (_, letter: string) => letter.toUpperCase())
    .replace(/, or open .+ in Manage Staff and /u, ', or ')
}
