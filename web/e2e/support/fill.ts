/** Fills a ListSync: lists of every source, of which some fail, a sync, and a plan that waits. */
import type { Daemon, Simulator } from './daemon'

const lists = [
  'https://mdblist.com/lists/demo/best-of-the-year',
  'stevenlu',
  'imdb:ls000000001',
  'imdb:top',
  'trakt:demo/watchlist',
  'trakt_special:trending:movies',
  'imdb:ur00000002',
  'https://letterboxd.com/demo/watchlist/',
  'https://letterboxd.com/blocked/watchlist/',
]

/** What is in Seerr already: there, deleted, there in part. */
const library = [
  { kind: 'movie', tmdb: 354912, status: 5 },
  { kind: 'movie', tmdb: 346, status: 5 },
  { kind: 'movie', tmdb: 20662, status: 6 },
  { kind: 'tv', tmdb: 34307, status: 4, seasons: [1, 2] },
]

export async function fill(daemon: Daemon, simulator: Simulator): Promise<void> {
  for (const media of library) await simulator.tell('/sim/media', media)
  await simulator.tell('/sim/decline', { kind: 'movie', tmdb: 1271 })
  for (const list of lists) await daemon.call('POST', '/api/lists', { list_id: list })
  await daemon.sync()
  await daemon.sync({ dry_run: true })
}
