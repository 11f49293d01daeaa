/** A day as `2027-01-31`, in the time zone of the command: the same in every locale, and what `--expires` takes. */
export function isoDay(day: Date): string {
  const pad = (part: number) => String(part).padStart(2, '0');
  const year = String(day.getFullYear()).padStart(4, '0');
  return `${year}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}
