import { ArgumentError } from '../errors.js';
import { type CheckedRequirement, checkRequirement, type KeyRequirement } from '../http/index.js';
import { checkPartialRequirement } from './partial-requirement.js';

type Declared = Partial<CheckedRequirement> | false;

/** On a handler or a controller. Registered, so that a copy of this module that was loaded by `require` finds it too. */
const DECLARED = Symbol.for('keystamp: requirement of a route');

interface Declaring {
  [DECLARED]?: Declared;
}

/**
 * Writes a requirement to a handler or a controller; false: no key is looked at. Throws an ArgumentError for a wrong one, and where
 * there is one already: of two, one would not be looked at.
 */
export function declareRequirement(target: object, requirement: KeyRequirement | false): void {
  if (Object.hasOwn(target, DECLARED)) {
    throw new ArgumentError('requirement', 'one decorator of Keystamp on a route or a controller');
  }
  const declared = requirement === false ? false : checkPartialRequirement(requirement);
  Object.defineProperty(target, DECLARED, { value: declared });
}

const BY_REQUIREMENT = new WeakMap<KeyRequirement, RouteRequirements>();

/** What is required of a route: what its handler declares over what its controller does, over what the guard does. */
export class RouteRequirements {
  readonly #ofGuard: CheckedRequirement;
  readonly #known = new WeakMap<object, WeakMap<object, CheckedRequirement | false>>();

  private constructor(ofGuard: CheckedRequirement) {
    this.#ofGuard = ofGuard;
  }

  /** Nest makes a guard for each module: those of one requirement find the same for a route. Throws an ArgumentError for a wrong one. */
  static over(given: KeyRequirement): RouteRequirements {
    const known = BY_REQUIREMENT.get(given);
    if (known !== undefined) return known;
    const made = new RouteRequirements(checkRequirement(given));
    // One that may still be changed is judged for each guard.
    if (Object.isFrozen(given)) BY_REQUIREMENT.set(given, made);
    return made;
  }

  /** A handler that a controller inherits is judged for each of them. */
  of(handler: object, controller: object): CheckedRequirement | false {
    let byHandler = this.#known.get(controller);
    if (byHandler === undefined) {
      byHandler = new WeakMap();
      this.#known.set(controller, byHandler);
    }
    const known = byHandler.get(handler);
    if (known !== undefined) return known;
    const requirement = this.#judge((handler as Declaring)[DECLARED], controller);
    byHandler.set(handler, requirement);
    return requirement;
  }

  #judge(ofHandler: Declared | undefined, controller: object): CheckedRequirement | false {
    const ofController = (controller as Declaring)[DECLARED];
    if (ofHandler === false || (ofHandler === undefined && ofController === false)) return false;
    return checkRequirement({ ...this.#ofGuard, ...(ofController || {}), ...ofHandler });
  }
}
