/** Arrow keys over a wall or a table: where the next step leads. */
export interface Place {
  at: number
  count: number
  columns: number
  /** Rows that are seen at once. */
  rows: number
  isRightToLeft?: boolean
}

const stepOf = (key: string, { columns, rows, isRightToLeft }: Place): number | undefined =>
  ({
    ArrowDown: columns,
    ArrowUp: -columns,
    ArrowRight: isRightToLeft ? -1 : 1,
    ArrowLeft: isRightToLeft ? 1 : -1,
    PageDown: columns * Math.max(1, rows),
    PageUp: -columns * Math.max(1, rows),
    Home: -Infinity,
    End: Infinity,
  })[key]

/** The index to go to; undefined: the key does not move here. */
export function nextIndex(key: string, place: Place): number | undefined {
  const step = stepOf(key, place)
  if (step === undefined || !place.count) return undefined
  if (place.columns === 1 && /Left|Right/.test(key)) return undefined
  const next = place.at + step
  const last = place.count - 1
  // Down from the last but one row ends in the last row, even where that is shorter.
  if (next > last) {
    const isBelow = Math.floor(last / place.columns) > Math.floor(place.at / place.columns)
    return key === 'ArrowDown' && !isBelow ? place.at : last
  }
  if (next < 0) return key === 'ArrowUp' ? place.at : 0
  return next
}
