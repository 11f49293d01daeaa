/** What of an OpenAPI document holds schemas. */
export interface Documented {
  readonly components?: { schemas?: Record<string, unknown> };
  readonly paths?: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly requestBody?: WithContent;
  readonly responses?: Record<string, WithContent>;
}

interface WithContent {
  readonly content?: Record<string, { schema?: Schema }>;
}

interface Schema {
  readonly title?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  $ref?: string;
}

/**
 * Moves every schema with a title to the components, once, and refers to it by that name: clients that are made from
 * the document then have one type for it. Throws where two schemas that differ have the same title.
 */
export function nameSchemas(document: Documented): void {
  const named: Record<string, Schema> = {};
  for (const operation of Object.values(document.paths ?? {}).flatMap(Object.values)) {
    const { requestBody = {}, responses = {} } = operation as Operation;
    for (const { content = {} } of [requestBody, ...Object.values(responses)]) {
      for (const media of Object.values(content)) {
        if (media.schema !== undefined) media.schema = referTo(media.schema, named);
      }
    }
  }
  Object.assign(document.components?.schemas ?? {}, named);
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
  const { properties, items } = schema;
  const inside = Object.entries(properties ?? {}).map(([name, each]) => [
    name,
    referTo(each, named),
  ]);
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inside) }),
    ...(items === undefined ? {} : { items: referTo(items, named) }),
  };
}
