/**
 * Puts what is known into a value of the set-up guide: `{publicUrl}`, `{organization}`. What is not known yet
 * stays as its name, so that nobody copies a gap.
 */
export function fillIn(template: string, known: { publicUrl: string; organization: string }): string {
  return template.replace(/\{(publicUrl|organization)\}/g, (_, name: keyof typeof known) =>
    known[name] === '' ? name.toUpperCase() : known[name],
  )
}

/** The filled-in fields of a set-up form; empty ones are left out, so that their default holds. */
export function configOf(values: Record<string, string>): Record<string, string> {
  const filled = Object.entries(values).map(([name, value]): [string, string] => [name, value.trim()])
  return Object.fromEntries(filled.filter(([, value]) => value !== ''))
}

/** Whether everything that is needed stands in the form. */
export function isComplete(
  fields: { name: string; required: boolean }[],
  values: Record<string, string>,
): boolean {
  return fields.every(({ name, required }) => !required || (values[name] ?? '').trim() !== '')
}
