/** Text that came from elsewhere, made safe for a terminal: nothing in it moves the cursor or turns the line. */
export function printableText(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    '\ufffd',
  );
}
