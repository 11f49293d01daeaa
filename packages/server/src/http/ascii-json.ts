/** The same JSON in ASCII: for a header, and to show marks that cannot be seen. Example: `asciiJson('"é"')` is `"\\u00e9"`. */
export function asciiJson(json: string): string {
  return json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
