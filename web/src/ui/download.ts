/** Files for the reader's own machine: one that lies on the server, or one made here. */
export function downloadFrom(address: string, name: string) {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}

export function download(name: string, text: string, type = 'text/plain') {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  downloadFrom(url, name)
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
