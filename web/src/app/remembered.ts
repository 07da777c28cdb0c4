/** What this browser keeps of somebody's taste; where storage is forbidden, nothing. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export function remember(key: string, value: string) {
  try {
    localStorage.setItem(key, value)
  } catch {
    // It holds until the page is left.
  }
}
