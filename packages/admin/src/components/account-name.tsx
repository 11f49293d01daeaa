/** Says to password managers whose the password of a form is. People read it beside the form. */
export function AccountName({ name }: { name: string }) {
  return (
    <input
      // Not `type="hidden"` and not `hidden`: managers pass over what is no text field on the page.
      type="text"
      className="visually-hidden"
      name="username"
      autoComplete="username"
      value={name}
      readOnly
      tabIndex={-1}
      aria-hidden="true"
    />
  );
}
