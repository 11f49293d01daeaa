/** As on the page, commas part scopes like spaces. A comma in a scope itself is had by HTTP. Undefined: the option was left out. */
export function scopesOf(given: readonly string[] | undefined): string[] | undefined {
  return given?.flatMap((text) => text.split(/[\s,]+/).filter((scope) => scope !== ''));
}
