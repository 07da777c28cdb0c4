/**
 * Which rows of a plan are ticked. All are, or none, but for those that were pressed: rows that
 * were not read yet are ticked or not without being named.
 */
export interface Selection {
  base: 'all' | 'none'
  but: Set<number>
}

export const everything = (): Selection => ({ base: 'all', but: new Set() })
export const nothing = (): Selection => ({ base: 'none', but: new Set() })

export const isTicked = ({ base, but }: Selection, id: number) => (base === 'all') !== but.has(id)

export function toggle({ base, but }: Selection, id: number): Selection {
  const next = new Set(but)
  if (!next.delete(id)) next.add(id)
  return { base, but: next }
}

export const countTicked = ({ base, but }: Selection, all: number) =>
  base === 'all' ? all - but.size : but.size

/** What is left out, for the server: named one by one. `allIds` is asked only if it must be. */
export async function exceptOf(
  selection: Selection,
  allIds: () => Promise<number[]>,
): Promise<number[]> {
  if (selection.base === 'all') return [...selection.but]
  return (await allIds()).filter((id) => !selection.but.has(id))
}

export function approval(plan: number, except: number[]) {
  return except.length ? { plan_of: plan, except } : { plan_of: plan }
}
