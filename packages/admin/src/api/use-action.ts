import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiFailure, asFailure } from './failure.ts';

export interface Action<Input extends unknown[], Output> {
  /** True between the call and its answer. */
  readonly pending: boolean;
  /** Why the last call failed; null once it is called again. */
  readonly failure: ApiFailure | null;
  /** Resolves with null where it failed, or where a call was already under way. */
  run(...input: Input): Promise<Output | null>;
}

/**
 * One thing a person does, with its failure kept beside it. What comes back is handed to the caller
 * and kept nowhere: it may hold a key.
 */
export function useAction<Input extends unknown[], Output>(
  work: (...input: Input) => Promise<Output>,
): Action<Input, Output> {
  const [state, setState] = useState<{ pending: boolean; failure: ApiFailure | null }>({
    pending: false,
    failure: null,
  });
  const underWay = useRef(false);
  const latestWork = useRef(work);
  useEffect(() => {
    latestWork.current = work;
  });

  const run = useCallback(async (...input: Input): Promise<Output | null> => {
    if (underWay.current) return null;
    underWay.current = true;
    setState({ pending: true, failure: null });
    try {
      const output = await latestWork.current(...input);
      setState({ pending: false, failure: null });
      return output;
    } catch (error) {
      setState({ pending: false, failure: asFailure(error) });
      return null;
    } finally {
      underWay.current = false;
    }
  }, []);

  return { ...state, run };
}
