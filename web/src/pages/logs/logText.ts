/** Lines as files: for reading, and for programs. */
import type { Line } from './lines'

const valueText = (value: unknown) =>
  typeof value === 'string' ? (/[\s"=]/.test(value) ? JSON.stringify(value) : value) : String(value)

export const pairsOf = (line: Line): [string, string][] =>
  Object.entries(line.values).map(([name, value]) => [name, valueText(value)])

const textOf = (line: Line) =>
  [
    line.at,
    line.level.padEnd(7),
    `${line.part}: ${line.sentence}`,
    ...pairsOf(line).map(([name, value]) => `${name}=${value}`),
  ].join(' ')

const jsonOf = ({ number, at, level, part, sentence, values }: Line) =>
  JSON.stringify({ number, at, level, part, sentence, values })

const fileOf = (lines: Line[], write: (line: Line) => string) =>
  lines.map((line) => `${write(line)}\n`).join('')

export const asText = (lines: Line[]) => fileOf(lines, textOf)
export const asJsonLines = (lines: Line[]) => fileOf(lines, jsonOf)
