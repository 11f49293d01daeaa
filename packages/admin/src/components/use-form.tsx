import { type ChangeEvent, type ReactNode, useState } from 'react';
import { useAction } from '../api/use-action.ts';
import { FailureNotice, fieldErrorOf } from './failure-notice.tsx';

/** What the page finds wrong, by field; the server decides the rest. */
type FieldErrors<Values> = { readonly [Field in keyof Values]?: string | undefined };
type TextIn<Values> = {
  [Field in keyof Values]: Values[Field] extends string ? Field : never;
}[keyof Values] &
  string;

interface FormInput<Values, Output> {
  readonly initial: Values;
  /** All that is wrong before it is sent, so that every wrong field is marked at once. */
  check?(values: Values): FieldErrors<Values>;
  send(values: Values): Promise<Output>;
}

export interface TextProps {
  readonly value: string;
  readonly error: string | undefined;
  onChange(event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>): void;
}

export interface Form<Values, Output> {
  readonly values: Values;
  readonly pending: boolean;
  set(changes: Partial<Values>): void;
  /** What is wrong with a field, by the page or by the server. */
  errorOf(field: keyof Values & string): string | undefined;
  /** What a `TextField` or a `TextAreaField` needs of its field. */
  text(field: TextIn<Values>): TextProps;
  /** What went wrong and is said at no field. */
  readonly notice: ReactNode;
  /** Resolves with null where something is wrong; it is shown then. */
  submit(): Promise<Output | null>;
}

/** A form's values and what is wrong with them. The fields have their names of the wire, by which the server's errors find them. */
export function useForm<Values extends object, Output>(
  input: FormInput<Values, Output>,
): Form<Values, Output> {
  const [values, setValues] = useState(input.initial);
  const [wrong, setWrong] = useState<FieldErrors<Values>>({});
  const { failure, pending, run } = useAction(input.send);
  const set = (changes: Partial<Values>) => setValues((before) => ({ ...before, ...changes }));
  const errorOf = (field: keyof Values & string) => wrong[field] ?? fieldErrorOf(failure, field);

  return {
    values,
    pending,
    set,
    errorOf,
    text: (field) => ({
      value: values[field] as string,
      error: errorOf(field),
      onChange: (event) => set({ [field]: event.target.value } as Partial<Values>),
    }),
    notice: <FailureNotice failure={failure} fields={Object.keys(input.initial)} />,
    submit: async () => {
      const found = input.check?.(values) ?? {};
      setWrong(found);
      return Object.values(found).some((each) => each !== undefined) ? null : run(values);
    },
  };
}
