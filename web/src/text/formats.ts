/** Formats are dear to make, and a long page asks for the same few over and over. */
const made = new Map<string, unknown>()

type Format<O, F> = new (tag: string, options?: O) => F

export function formatOf<O, F>(kind: Format<O, F>, tag: string, options?: O): F {
  const key = `${kind.name} ${tag} ${JSON.stringify(options ?? null)}`
  const format = (made.get(key) as F | undefined) ?? new kind(tag, options)
  made.set(key, format)
  return format
}
