/** A file on its way to the server, in pieces that every proxy lets through. */
import { api, take } from '@/api/client'

export const PIECE = 768 * 1024
export const MOST_MB = 256

/** `told` hears how many bytes are there; false from it ends the sending. */
export async function sendFile(file: Blob, told: (sent: number) => boolean): Promise<boolean> {
  for (let offset = 0; offset === 0 || offset < file.size; offset += PIECE) {
    const piece = file.slice(offset, offset + PIECE)
    const { size } = await take(
      api.PUT('/api/import/upload', {
        params: { query: { offset } },
        // The description can only call bytes a text.
        body: piece as unknown as string,
      }),
    )
    if (!told(size)) return false
  }
  return true
}

export const dropFile = () => take(api.DELETE('/api/import/upload'))
