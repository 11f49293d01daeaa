/**
 * Copies the text of a field. Where the clipboard is not permitted or missing (plain HTTP), the older
 * command is tried, and the text stays selected: then the keyboard copies it.
 */
export async function copyTextOf(field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand?.('copy') ?? false;
  }
}
