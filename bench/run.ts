import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm run bench` lists the measurements, `npm run bench -- NAME [flags]` does one. Each file here that has
 * `bench:` in its first comment is a measurement; what follows the word is its line in the list.
 */
const [name, ...flags] = process.argv.slice(2)
const measurements = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const words = /^ \* bench: (.*)$/m.exec(readFileSync(join(import.meta.dirname, file), 'utf8'))?.[1]
    return words ? [{ name: file.replace(/\.ts$/, ''), words }] : []
  })

if (measurements.some((measurement) => measurement.name === name)) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...flags], {
    stdio: 'inherit',
  })
  child.on('exit', (code) => process.exit(code ?? 1))
} else {
  if (name) process.stderr.write(`There is no measurement “${name}”.\n\n`)
  for (const { name: known, words } of measurements) {
    process.stdout.write(`npm run bench -- ${known.padEnd(14)} ${words}\n`)
  }
  process.exitCode = name ? 1 : 0
}
