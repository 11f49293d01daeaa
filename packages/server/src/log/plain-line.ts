import { printableText } from 'keystamp/rules';

/** Of the line itself, not of what it is about. */
const OWN = new Set(['level', 'time', 'msg', 'audit']);

/** A line of the log as a person reads it at a terminal: the time of the day, the level unless it is `info`, the message, its fields. */
export function plainLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const { level, time, msg } = line;
  const at = new Date(String(time)).toTimeString().slice(0, 8);
  const fields = Object.entries(line)
    .filter(([name]) => !OWN.has(name))
    .map(([name, value]) => `${name}=${valueText(value)}`);
  const words = [at, level === 'info' ? '' : `${level}:`, String(msg ?? ''), ...fields];
  return `${words
    .filter((word) => word !== '')
    .map(printableText)
    .join(' ')}\n`;
}

/** Of an error what it says: its stack is for programs, and in the JSON lines. */
function valueText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) {
    return JSON.stringify(String(value.message));
  }
  return typeof value === 'string' && /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
}
