import { FORM_TYPE } from '../../http/authenticate-key/key-in-form.js';
import type { HttpApp } from '../../http/http-app.js';
import { type Refusal, wrongField } from '../../rules/refusal.js';

type Form = Record<string, string>;

/** Makes `scope` read forms and nothing else. RFC 6749 §3.2: no parameter comes twice, unknown ones are ignored. */
export function acceptFormsOnly(scope: HttpApp): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, (_request, body, done) => {
    const form = formOf(String(body));
    done(form instanceof Error ? form : null, form);
  });
}

function formOf(body: string): Form | Refusal {
  const form: Form = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) {
    if (name in form) return wrongField(printable(name), 'expected once');
    form[name] = value;
  }
  return form;
}

function printable(name: string): string {
  return /^[\w.-]{1,40}$/.test(name) ? name : 'body';
}
