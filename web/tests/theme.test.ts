import { describe, expect, it } from 'vitest'
import css from '@/ui/theme.css?raw'

type Colour = [number, number, number]
type Theme = 'light' | 'dark'

function colour(name: string, theme: Theme): Colour {
  const found = new RegExp(`--color-${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css)
  const hex = found?.[theme === 'light' ? 1 : 2]
  if (!hex) throw new Error(`no colour ${name}`)
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Colour
}

function luminance(of: Colour): number {
  const [red, green, blue] = of
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as Colour
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** As WCAG 2.2 defines it. */
function contrast(name: string, behind: string, theme: Theme): number {
  const pair = [luminance(colour(name, theme)), luminance(colour(behind, theme))]
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)
}

const tones = ['requested', 'available', 'waiting', 'needs', 'skipped']

describe.each<Theme>(['light', 'dark'])('the %s theme', (theme) => {
  it.each(['ink', 'muted', 'accent', 'accent-strong', ...tones])(
    'lets %s be read on every background',
    (name) => {
      for (const behind of ['canvas', 'surface', 'sunken']) {
        expect(contrast(name, behind, theme), behind).toBeGreaterThanOrEqual(4.5)
      }
    },
  )

  it.each(tones)('lets %s be read on its own soft background', (tone) => {
    expect(contrast(tone, `${tone}-soft`, theme)).toBeGreaterThanOrEqual(4.5)
    expect(contrast('ink', `${tone}-soft`, theme)).toBeGreaterThanOrEqual(4.5)
  })

  it('lets buttons be read, pressed or not', () => {
    expect(contrast('on-accent', 'accent', theme)).toBeGreaterThanOrEqual(4.5)
    expect(contrast('on-accent', 'accent-strong', theme)).toBeGreaterThanOrEqual(4.5)
    expect(contrast('accent', 'accent-soft', theme)).toBeGreaterThanOrEqual(4.5)
  })

  it('shows where something can be typed', () => {
    for (const behind of ['canvas', 'surface', 'sunken']) {
      expect(contrast('edge', behind, theme), behind).toBeGreaterThanOrEqual(3)
    }
  })
})
