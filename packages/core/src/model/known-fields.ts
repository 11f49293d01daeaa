import { ArgumentError } from '../errors.js';
import { editDistance } from '../rules/index.js';

/** The names of all fields of `T`: a field added to the type and not here does not compile, nor the other way round. */
export type FieldsOf<T> = Readonly<Record<keyof Required<T>, true>>;

type Known = Readonly<Record<string, true>>;

/**
 * A copy with the fields of `given` itself and without a prototype. Read the copy, never `given`: a field that some code
 * adds to `Object.prototype` would else count as given, and could open a route. Throws an ArgumentError that names the
 * first field which is none of `known`, or which `given` only inherits: both would be ignored in silence.
 */
export function checkFields<T extends object>(given: T, known: Known, what: string): T {
  const fault = validateFields(given, known, what);
  if (fault !== null) throw fault;
  const own = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(known)) {
    if (Object.hasOwn(given, name)) own[name] = (given as Record<string, unknown>)[name];
    else if (isInherited(given, name)) throw new ArgumentError(name, `a field of ${what} itself`);
  }
  return own as T;
}

/** From a class or another object. What `Object.prototype` has is not meant: everything inherits it. */
function isInherited(given: object, name: string): boolean {
  if (!(name in given)) return false;
  for (let at = Object.getPrototypeOf(given); at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) return Object.getPrototypeOf(at) !== null;
  }
  return false;
}

/** Judges one item of a list. What is wrong is named by its place: `keys[2].name`. */
export function checkItem<I extends object, T>(
  item: I,
  known: Known,
  place: string,
  check: (item: I) => T,
): T {
  if (typeof item !== 'object' || item === null) throw new ArgumentError(place, 'an object');
  try {
    return check(checkFields(item, known, 'item'));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new ArgumentError(`${place}.${error.field}`, error.expected);
  }
}

/** Null: there is none. Allocates nothing then. */
export function validateFields(given: unknown, known: Known, what: string): ArgumentError | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return new ArgumentError(what, 'an object');
  for (const name in given) {
    // What a program adds to every object (`Object.prototype`) is nobody's option.
    if (Object.hasOwn(given, name) && !Object.hasOwn(known, name))
      return unknownField(name, Object.keys(known));
  }
  return null;
}

function unknownField(name: string, known: readonly string[]): ArgumentError {
  const near = nearestOf(name, known);
  const expected =
    near === null ? `one of ${known.join(', ')}` : `a known name; the nearest is ${near}`;
  // A name is the caller's text: what is no plain name is not repeated.
  return new ArgumentError(/^\w{1,40}$/.test(name) ? name : '(unprintable)', expected);
}

/** Null: none that somebody could have meant. */
function nearestOf(name: string, known: readonly string[]): string | null {
  // A name is the caller's text, and may be long.
  const written = name.slice(0, 40).toLowerCase().replaceAll('_', '');
  let nearest: string | null = null;
  let least = Math.min(4, Math.ceil(name.length / 2));
  for (const each of known) {
    const distance = editDistance(written, each.toLowerCase());
    if (distance >= least) continue;
    nearest = each;
    least = distance;
  }
  return nearest;
}
