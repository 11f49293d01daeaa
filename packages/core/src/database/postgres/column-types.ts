import { parse } from 'postgres-array';

type Parse = (text: string) => unknown;

/**
 * How the text form of a column becomes a value, by type OID; what is not listed stays text (int8,
 * numeric, date, timestamp, interval, uuid …). One table for every database, so that both answer alike;
 * node-postgres' global table, which belongs to the embedding service, stays as it is.
 */
const scalars: Readonly<Record<number, Parse>> = {
  16: (text) => text === 't',
  17: parseBytea,
  20: asText,
  21: Number,
  23: Number,
  26: Number,
  114: (text) => JSON.parse(text),
  700: Number,
  701: Number,
  // Without a zone, or without a time: a Date would be another moment on every host.
  1082: asText,
  1114: asText,
  1184: parseTimestamptz,
  3802: (text) => JSON.parse(text),
};

/** OID of an array type to the OID of its element type. */
const elementOf: Readonly<Record<number, number>> = {
  199: 114,
  1000: 16,
  1001: 17,
  1002: 18,
  1003: 19,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1028: 26,
  1115: 1114,
  1182: 1082,
  1185: 1184,
  1187: 1186,
  1231: 1700,
  2951: 2950,
  3807: 3802,
};

function asText(text: string): string {
  return text;
}

/** The parser of a column's type; never undefined. */
export function parserOf(oid: number): Parse {
  const element = elementOf[oid];
  if (element === undefined) return scalars[oid] ?? asText;
  const parseElement = scalars[element] ?? asText;
  return (text) => parse(text, parseElement);
}

/** OIDs with a parser of their own. */
export const parsedOids: readonly number[] = [
  ...Object.keys(scalars),
  ...Object.keys(elementOf),
].map(Number);

function parseBytea(text: string): Buffer {
  if (!text.startsWith('\\x')) {
    throw new Error("bytea: expected the hex form (the server's bytea_output must be hex)");
  }
  return Buffer.from(text.slice(2), 'hex');
}

const timestamptz =
  /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;
const farthestMs = 8.64e15;

/** Microseconds are cut to milliseconds. What a Date cannot hold, infinity too, is the farthest Date. */
function parseTimestamptz(text: string): Date {
  const utcMs = parseUtc(text);
  if (!Number.isNaN(utcMs)) return new Date(utcMs);
  if (text === 'infinity') return new Date(farthestMs);
  if (text === '-infinity') return new Date(-farthestMs);
  const parts = timestamptz.exec(text);
  if (parts === null) {
    throw new Error(`timestamptz: expected ISO form (the server's datestyle), got ${text}`);
  }
  const n = (group: number) => Number(parts[group] ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(parts[12] === undefined ? n(1) : 1 - n(1), n(2) - 1, n(3));
  date.setUTCHours(n(4), n(5), n(6), Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3)));
  const offsetMs = ((n(9) * 60 + n(10)) * 60 + n(11)) * 1000;
  const ms = date.getTime() + (parts[8] === '-' ? offsetMs : -offsetMs);
  return new Date(Number.isNaN(ms) ? farthestMs : ms);
}

/** `2026-01-02 03:04:05.678901+00`, what nearly every server sends, by the engine's own parser; NaN: of another form. */
function parseUtc(text: string): number {
  if (text[10] !== ' ' || !text.endsWith('+00')) return Number.NaN;
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
}
