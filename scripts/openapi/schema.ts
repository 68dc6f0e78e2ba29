/** JSON Schema (2020-12, as OpenAPI 3.1 takes it), and how members are described against a type. */
import { type $ZodType, toJSONSchema } from 'zod/v4/core';

/** A schema as it stands in the document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The names of JSON's types that a TypeScript type can be. */
type TypeName<Value> = Value extends string
  ? 'string'
  : Value extends number
    ? 'number' | 'integer'
    : Value extends boolean
      ? 'boolean'
      : Value extends null
        ? 'null'
        : Value extends readonly unknown[]
          ? 'array'
          : 'object';

/** One member: the types that it may have, what it is for, and what more the schema says of it. */
type Member<Name extends string> = readonly [types: readonly Name[], description: string, more?: JsonSchema];

/**
 * A description of every member of a type: one that the type lacks, one that is missing here, and a type of JSON that a
 * member cannot have do not compile.
 */
export type Described<Type> = {
  readonly [Name in keyof Type]-?: Member<TypeName<Exclude<Type[Name], undefined>>>;
};

/**
 * A schema of described members. Members that it does not know are allowed: the gateway passes them on.
 * @param checkedBy the schema by which the gateway checks the body, which says what has to be there.
 */
export function objectSchema<Type>(
  description: string,
  members: Described<Type>,
  checkedBy?: $ZodType,
): JsonSchema {
  const properties = Object.entries<Member<string>>(members).map(([name, [types, text, more]]) => [
    name,
    { type: types.length === 1 ? types[0] : types, description: text, ...more },
  ]);
  const required = checkedBy === undefined ? undefined : fromZod(checkedBy, 'input')['required'];
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(properties),
    ...(required !== undefined && { required }),
    additionalProperties: true,
  };
}

/** A reference to a schema of the document. */
export function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/**
 * A schema of the Worker's own, as it checks a request (`input`) or as an answer is written (`output`).
 * @param descriptions what its members are for, by their path (`limits.rpm`). Throws for one that it has not.
 */
export function fromZod(
  schema: $ZodType,
  io: 'input' | 'output',
  descriptions: Readonly<Record<string, string>> = {},
): JsonSchema {
  const { $schema: _, ...json } = toJSONSchema(schema, { io, target: 'draft-2020-12' });
  const copy: unknown = structuredClone(json);
  for (const [path, description] of Object.entries(descriptions)) {
    const member = path.split('.').reduce<unknown>((at, name) => memberOf(at, name), copy);
    if (typeof member !== 'object' || member === null) throw new Error(`The schema has no member ${path}.`);
    Object.assign(member, { description });
  }
  return copy as JsonSchema;
}

function memberOf(schema: unknown, name: string): unknown {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const { properties, anyOf, items } = schema as Readonly<Record<string, unknown>>;
  if (typeof properties === 'object' && properties !== null && name in properties) {
    return (properties as Readonly<Record<string, unknown>>)[name];
  }
  const inner = [...(Array.isArray(anyOf) ? anyOf : []), items];
  return inner.map((each) => memberOf(each, name)).find((found) => found !== undefined);
}
