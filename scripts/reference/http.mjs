import { code, page, prose, sentence, table } from './markdown.mjs';

/** A refusal that more routes than this have in the same words is explained once. */
const MANY = 8;

/** docs/reference/http.md, from the OpenAPI document that the server makes of its routes. */
export function httpPage(document) {
  const operations = operationsOf(document);
  const shared = sharedRefusals(operations);
  const parts = document.tags.flatMap(({ name, description }) => [
    `## ${name}`,
    prose(sentence(description)),
    ...operations
      .filter(({ tags }) => tags.includes(name))
      .flatMap((operation) => describe(operation, shared)),
  ]);
  return page('HTTP', 'the OpenAPI document of the server (`/openapi.json`)', [
    prose(document.info.description),
    prose('A running server shows the same at `/docs`, where requests can be tried.'),
    '## Callers',
    schemesOf(document),
    '## Refusals of many routes',
    table(
      ['Status', 'Meaning'],
      [...shared].sort().map((each) => [`\`${each.slice(0, 3)}\``, each.slice(4)]),
    ),
    '## Kinds of problems',
    prose('`type` of a problem document is `urn:keystamp:problem:` and one of these codes.'),
    table(['Code', 'Status', 'Answered by'], kindsOf(operations, document.components.schemas)),
    ...parts,
    '## Bodies',
    ...Object.entries(document.components.schemas)
      .filter(([, schema]) => schema.allOf === undefined)
      .flatMap(([name, schema]) => [`### ${name}`, schemaOf(schema)]),
  ]);
}

/** Each code with its status, and the operations that have it: `many` where it is nearly every one. */
function kindsOf(operations, schemas) {
  const kinds = Object.entries(schemas).filter(([, { allOf }]) => allOf !== undefined);
  return kinds
    .map(([name, { allOf }]) => {
      const { type, status } = allOf.at(-1).properties;
      const by = operations.filter(({ responses }) =>
        JSON.stringify(responses).includes(`"#/components/schemas/${name}"`),
      );
      const code = type.enum[0].split(':').at(-1);
      const answered = by.map(({ operationId }) => `\`${operationId}\``).join(', ');
      return [`\`${code}\``, `${status.enum[0]}`, by.length > MANY ? 'many' : answered];
    })
    .sort(([a, s], [b, t]) => s.localeCompare(t) || a.localeCompare(b));
}

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      title: `${method.toUpperCase()} ${path}`,
    })),
  );
}

function sharedRefusals(operations) {
  const counts = new Map();
  for (const { responses } of operations) {
    for (const [status, { description }] of Object.entries(responses)) {
      const key = `${status} ${description}`;
      if (Number(status) >= 400) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return new Set([...counts].filter(([, count]) => count > MANY).map(([key]) => key));
}

function schemesOf({ components }) {
  const rows = Object.entries(components.securitySchemes).map(([name, scheme]) => [
    `\`${name}\``,
    placeOf(scheme),
    scheme.description,
  ]);
  return table(['Name', 'Where', ''], rows);
}

function placeOf({ type, scheme, in: place, name }) {
  if (type === 'apiKey') return `${place} \`${name}\``;
  return `header \`Authorization: ${scheme[0].toUpperCase()}${scheme.slice(1)}\``;
}

function describe({ title, summary, description = '', security, ...operation }, shared) {
  const { parameters = [], requestBody, responses } = operation;
  return [
    `### ${title}`,
    prose(`${sentence(summary)} ${sentence(description)}`),
    prose(callersOf(security)),
    parameters.length === 0 ? '' : parametersOf(parameters),
    requestBody === undefined ? '' : bodyOf(requestBody),
    answersOf(responses, shared),
  ];
}

function callersOf(security) {
  const names = security.map((each) => Object.keys(each)[0] ?? 'nothing');
  return names.length === 0 ? 'Anybody may call it.' : `Called with: ${names.join(', ')}.`;
}

function parametersOf(parameters) {
  const rows = parameters.map(({ in: place, name, required, description = '', schema }) => [
    `\`${name}\``,
    place,
    required ? 'required' : '',
    withDefault(description, schema),
  ]);
  return table(['Parameter', 'In', '', 'About'], rows);
}

function withDefault(description, { default: byDefault }) {
  return byDefault === undefined ? description : `${description}; default \`${byDefault}\``;
}

function bodyOf({ required, content }) {
  const [[type, { schema, example }]] = Object.entries(content);
  const text = `Body${required ? '' : ' (may be left out)'}: ${typeOf(schema)}, \`${type}\`.`;
  return example === undefined || Object.keys(example).length === 0
    ? prose(text)
    : `${prose(text)}\n\n${code(JSON.stringify(example), 'json')}`;
}

function answersOf(responses, shared) {
  const entries = Object.entries(responses);
  const isShared = ([status, { description }]) => shared.has(`${status} ${description}`);
  const rows = entries
    .filter((each) => !isShared(each))
    .map(([status, { description, content = {} }]) => [
      `\`${status}\``,
      Number(status) < 400 ? successOf(description, content) : description,
    ]);
  const others = entries.filter(isShared).map(([status]) => `\`${status}\``);
  const last = others.length === 0 ? [] : [[others.join(' '), 'As of many routes.']];
  return table(['Answer', ''], [...rows, ...last]);
}

function successOf(description, content) {
  const [entry] = Object.entries(content);
  if (entry === undefined) return `${description}, without a body.`;
  const [type, { schema }] = entry;
  return `${description}: ${typeOf(schema)}, \`${type}\`.`;
}

function schemaOf(schema) {
  if (schema.properties === undefined)
    return prose(`${typeOf(schema)}. ${sentence(schema.description ?? '')}`);
  return table(['Field', 'Type', '', 'About'], fieldsOf(schema, ''));
}

function fieldsOf({ properties, required = [] }, prefix) {
  return Object.entries(properties).flatMap(([name, schema]) => [
    [
      `\`${prefix}${name}\``,
      typeOf(schema),
      required.includes(name) ? '' : 'may be left out',
      withDefault(schema.description ?? '', schema),
    ],
    ...insideOf(schema, `${prefix}${name}`),
  ]);
}

/** Fields of an object within, or of each object of a list. */
function insideOf({ properties, required, items }, prefix) {
  if (properties !== undefined) return fieldsOf({ properties, required }, `${prefix}.`);
  return items?.properties === undefined ? [] : fieldsOf(items, `${prefix}[].`);
}

function typeOf({ $ref, type, enum: values, items, format, anyOf }) {
  if ($ref !== undefined) return referTo($ref.split('/').at(-1));
  if (values !== undefined) return values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${typeOf(items)}`;
  const names = [type ?? 'any'].flat().join(' or ');
  return format === undefined ? names : `${names}, ${format}`;
}

function referTo(name) {
  return `[${name}](#${name.toLowerCase()})`;
}
