/**
 * Where to go after the login: a path of ours that the address names, and never the login again.
 * Whatever else stands there ("//elsewhere", "https:...") was put there by a stranger.
 */
export function ownPath(wanted: unknown): string {
  const path = typeof wanted === 'string' ? wanted : '/'
  const isOwn = /^\/(?![/\\])/.test(path) && !/^\/login(?![\w-])/.test(path)
  return isOwn ? path : '/'
}
