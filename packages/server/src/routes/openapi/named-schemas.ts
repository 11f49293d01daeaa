/** What of an OpenAPI document holds schemas. */
export interface Documented {
  readonly components?: { schemas?: Record<string, unknown> };
  readonly paths?: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly parameters?: { schema?: Schema }[];
  readonly requestBody?: WithContent;
  readonly responses?: Record<string, WithContent>;
}

interface WithContent {
  readonly content?: Record<string, { schema?: Schema }>;
}

interface Schema {
  readonly title?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
}

/**
 * Moves every schema with a title to the components, once, and refers to it by that name: clients that are made from
 * the document then have one type for it. Throws where two schemas that differ have the same title.
 */
export function nameSchemas(document: Documented): void {
  const named: Record<string, Schema> = {};
  for (const operation of Object.values(document.paths ?? {}).flatMap(Object.values)) {
    for (const holder of holdersOf(operation as Operation)) {
      if (holder.schema !== undefined) holder.schema = referTo(holder.schema, named);
    }
  }
  Object.assign(document.components?.schemas ?? {}, named);
}

/** Parameters, and each kind of content of bodies and answers. */
function holdersOf({ parameters = [], requestBody = {}, responses = {} }: Operation) {
  const contents = [requestBody, ...Object.values(responses)].map(({ content = {} }) => content);
  return [...parameters, ...contents.flatMap((content) => Object.values(content))];
}

function referTo(schema: Schema, named: Record<string, Schema>): Schema {
  const whole = withNamesInside(schema, named);
  const { title } = whole;
  if (title === undefined) return whole;
  named[title] ??= whole;
  if (JSON.stringify(named[title]) !== JSON.stringify(whole)) {
    throw new Error(`two schemas of the API have the title ${title}`);
  }
  return { $ref: `#/components/schemas/${title}` };
}

function withNamesInside(schema: Schema, named: Record<string, Schema>): Schema {
  const { properties, items, additionalProperties: others, allOf, oneOf } = schema;
  const inside = Object.entries(properties ?? {}).map(([name, each]) => [
    name,
    referTo(each, named),
  ]);
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inside) }),
    ...(items === undefined ? {} : { items: referTo(items, named) }),
    ...(allOf === undefined ? {} : { allOf: allOf.map((each) => referTo(each, named)) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map((each) => referTo(each, named)) }),
    ...(typeof others === 'object' ? { additionalProperties: referTo(others, named) } : {}),
  };
}
