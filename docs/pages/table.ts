/** A Markdown table. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The first lines of every generated page. */
export function head(title: string, source: string): string {
  return `# ${title}\n\n<!-- Made from ${source} by \`bin/node docs/generate.ts\`; change it there. -->`
}
