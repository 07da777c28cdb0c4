/**
 * Which rows of a plan are ticked. All are, or none, but for those that were pressed: rows that
 * were not read yet are ticked or not without being named.
 */
import type { TriggerBody } from '@/live/sync'

export interface Ticks {
  base: 'all' | 'none'
  but: Set<number>
}

export const everything = (): Ticks => ({ base: 'all', but: new Set() })
export const nothing = (): Ticks => ({ base: 'none', but: new Set() })

export const isTicked = ({ base, but }: Ticks, id: number) => (base === 'all') !== but.has(id)

export function toggle({ base, but }: Ticks, id: number): Ticks {
  const next = new Set(but)
  if (!next.delete(id)) next.add(id)
  return { base, but: next }
}

export const countTicked = ({ base, but }: Ticks, all: number) =>
  base === 'all' ? all - but.size : but.size

/** What is left out, for the server: named one by one. `allIds` is asked only if it must be. */
async function exceptOf(ticks: Ticks, allIds: () => Promise<number[]>): Promise<number[]> {
  if (ticks.base === 'all') return [...ticks.but]
  return (await allIds()).filter((id) => !ticks.but.has(id))
}

/** What the server takes: so many left out of a plan, or so many items by name. */
const MOST_LEFT_OUT = 5000
const MOST_NAMED = 500

/**
 * The order for what is ticked. A few out of very many are named themselves, for the rest would
 * be too long a list of exceptions.
 */
export async function orderOf(
  plan: { id: number; size: number },
  ticks: Ticks,
  allIds: () => Promise<number[]>,
): Promise<TriggerBody> {
  const ticked = countTicked(ticks, plan.size)
  const isFew = ticks.base === 'none' && ticked <= MOST_NAMED
  if (isFew && plan.size - ticked > MOST_LEFT_OUT) return { items: [...ticks.but] }
  const except = await exceptOf(ticks, allIds)
  return except.length ? { plan_of: plan.id, except } : { plan_of: plan.id }
}
