/** "Firefox on Android": what a browser says of itself, as people would say it. */
const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrom(e|ium)\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

const nameOf = (agent: string, names: [RegExp, string][]) =>
  names.find(([sign]) => sign.test(agent))?.[1]

export function agentParts(agent: string): { browser: string; system: string } | null {
  const browser = nameOf(agent, browsers)
  const system = nameOf(agent, systems)
  return browser && system ? { browser, system } : null
}
