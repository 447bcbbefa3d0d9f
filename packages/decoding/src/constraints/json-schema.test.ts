import { expect, test } from "vitest";
import { sample } from "../search/sample.ts";
import { randomModel } from "../testing/random-model.ts";
import { jsonSchemaPattern } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema-type.ts";
import { parsePattern } from "./pattern.ts";
import { matchPattern } from "./regular-expression.ts";

function accepts(schema: JsonSchema, text: string): boolean {
  const machine = parsePattern("test", jsonSchemaPattern(schema));
  let state: string | undefined = machine.start;
  for (const each of text) state = state === undefined ? undefined : machine.next(state, each);
  return state !== undefined && machine.isFinal(state);
}

const person: JsonSchema = {
  type: "object",
  properties: {
    name: { type: "string", maxLength: 3 },
    age: { type: "integer" },
    tags: { type: "array", items: { enum: ["a.b", 1] }, maxItems: 2 },
  },
  required: ["age"],
};

test.each<[JsonSchema, readonly string[], readonly string[]]>([
  [{ type: "integer" }, ["0", "-12"], ["01", "1.5", "", "-"]],
  [{ type: "number" }, ["0", "-1.5e+10", "3E2"], [".5", "1.", "+1"]],
  [{ type: "string" }, ['""', '"a b"', '"\\n\\u00e9"', '"é"'], ['"', '"""', '"\\q"', '"\n"']],
  [{ type: "string", minLength: 2, maxLength: 3 }, ['"ab"', '"abc"'], ['"a"', '"abcd"']],
  [{ type: "string", pattern: "[a-c]+" }, ['"abc"'], ['"d"', "abc"]],
  [
    { type: "array", items: { type: "null" }, minItems: 1, maxItems: 2 },
    ["[null]", "[null,null]"],
    ["[]", "[null,]", "[null,null,null]"],
  ],
  [{ type: "array", items: { type: "boolean" } }, ["[]", "[true,false,true]"], ["[,]"]],
  [{ const: { a: [1, "x|y"] } }, ['{"a":[1,"x|y"]}'], ['{"a":[1,"x"]}']],
  [{ anyOf: [{ type: "null" }, { type: "integer" }] }, ["null", "7"], ["true"]],
  [
    person,
    ['{"age":3}', '{"name":"Bo","age":3}', '{"age":3,"tags":["a.b",1]}', '{"name":"","age":0,"tags":[]}'],
    ["{}", '{"name":"Bo"}', '{"name":"Bob!","age":3}', '{"age":3,}', '{,"age":3}', '{"age":3,"tags":["axb"]}'],
  ],
  [
    { type: "object", properties: { a: { const: 1 }, b: { const: 2 } }, required: [] },
    ["{}", '{"a":1}', '{"b":2}', '{"a":1,"b":2}'],
    ['{"a":1"b":2}', '{,"b":2}'],
  ],
  [{ type: "object" }, ["{}"], ["{ }"]],
  [{ type: ["string", "null"], maxLength: 1 }, ['"a"', "null"], ['"ab"', "1"]],
  [{ type: "integer", minimum: 3, maximum: 12 }, ["3", "9", "12"], ["2", "13", "03", "3.0", "-4"]],
  [{ type: "integer", exclusiveMinimum: -2, exclusiveMaximum: 2 }, ["-1", "0", "1"], ["-2", "2"]],
  [{ type: "number", minimum: 0, exclusiveMaximum: 1 }, ["0", "0.99", "0.0"], ["1", "1.0", "-0.1", "2"]],
  [{ type: "number", exclusiveMinimum: 5 }, ["5.01", "6", "123.5"], ["5", "5.0", "4", "-6"]],
  [
    {
      $defs: {
        name: { type: "string", minLength: 1, maxLength: 2 },
        pair: { type: "array", items: { $ref: "#/$defs/name" } },
      },
      type: "object",
      properties: { a: { $ref: "#/$defs/pair", maxItems: 1 }, b: { $ref: "#/$defs/name" } },
    },
    ['{"a":["x"],"b":"yz"}', '{"a":[],"b":"y"}'],
    ['{"a":["x","y"],"b":"yz"}', '{"a":["xyz"],"b":"y"}', '{"a":[],"b":""}'],
  ],
  [
    {
      definitions: { "a/b": { type: "object", properties: { id: { type: "integer", minimum: 1 } } } },
      allOf: [
        { $ref: "#/definitions/a~1b" },
        { type: "object", properties: { id: { type: "integer", maximum: 3 }, tag: { const: "x" } }, required: ["id"] },
      ],
    },
    ['{"id":1}', '{"id":3,"tag":"x"}'],
    ['{"id":0}', '{"id":4}', '{"tag":"x"}', "{}"],
  ],
  [
    { type: "integer", minimum: 0, anyOf: [{ maximum: 1 }, { minimum: 8, maximum: 9 }] },
    ["0", "1", "8", "9"],
    ["2", "7", "-1", "10"],
  ],
  [{ enum: [1, "a", null, 2.5], type: ["string", "integer"] }, ["1", '"a"'], ["null", "2.5"]],
  [{ allOf: [{ enum: [1, 2, 3] }, { enum: [2, 3, 4] }, { type: "number" }] }, ["2", "3"], ["1", "4"]],
  // What needs an escape does not come out of a string's own pattern.
  [{ type: "string", pattern: "^.[^a]$" }, ['"xy"', '"ab"'], ['"x""', '""x"', '"x\\"', '"xa"', '"xyz"']],
])("%j", (schema, right, wrong) => {
  expect(right.filter((text) => !accepts(schema, text))).toEqual([]);
  expect(wrong.filter((text) => accepts(schema, text))).toEqual([]);
});

test("what is drawn under a schema is JSON of it", async () => {
  const texts = ["", "{", "}", '"', ":", ",", "[", "]", "1", "0", "a", ".", "b", '"age"', '"tags"', '"name"', "-"];
  const processors = [matchPattern(jsonSchemaPattern(person), texts)];
  const { sentences } = await sample({
    model: randomModel(1, texts.length),
    prompts: [[1]],
    stopTokens: 0,
    maxLength: 30,
    seed: 2,
    samples: 30,
    processors,
  });
  for (const { tokens } of sentences[0]?.hypotheses ?? []) {
    const value: unknown = JSON.parse(Array.from(tokens, (token) => texts[token]).join(""));
    expect(value).toMatchObject({ age: expect.any(Number) as number });
  }
});

test.each<[unknown, RegExp]>([
  [{ type: "integer", multipleOf: 3 }, /multipleOf, for which there is no pattern/],
  [{ type: "integer", minimum: 0.5 }, /minimum must be a whole number/],
  [{ type: "integer", minimum: 3, maximum: 2 }, /no number is within the bounds/],
  [{ type: "number", exclusiveMinimum: 3, maximum: 3 }, /no number is within the bounds/],
  [{ $ref: "#/a" }, /\$ref must be a place in the schema[^]*#\/a/],
  [{ $ref: "other.json" }, /\$ref must be a place/],
  [
    { $defs: { tree: { type: "array", items: { $ref: "#/$defs/tree" } } }, $ref: "#/$defs/tree" },
    /leads back to itself/,
  ],
  [{ type: "array", items: { $ref: "#" } }, /leads back to itself/],
  [{ allOf: [{ type: "string" }, { type: "integer" }] }, /type must be/],
  [{ allOf: [{ type: "string", pattern: "a" }, { pattern: "b" }] }, /pattern in two ways/],
  [{ allOf: [{ enum: [1] }, { enum: [2] }] }, /array of values, at least one/],
  [{ enum: [1, 2], minimum: 2 }, /minimum beside values/],
  [{ type: "string", pattern: "a+", maxLength: 2 }, /maxLength beside pattern/],
  [{ type: "object", properties: {}, required: ["a"] }, /required has a name/],
  [{ oneOf: [] }, /oneOf, for which/],
  [{ not: {} }, /not, for which/],
  [{ type: "string", format: "date" }, /format, for which/],
  [{ type: "array" }, /items must be a schema/],
  [{ type: "date" }, /type must be object/],
  [{ properties: {} }, /type must be/],
  [{ enum: [] }, /at least one/],
])("%j is refused", (schema, message) => {
  expect(() => jsonSchemaPattern(schema as JsonSchema)).toThrow(message);
});

test("a schema that refers to one place often is no recursion, and no schema is deeper than 20 levels", () => {
  const leaf: JsonSchema = { type: "integer" };
  const twice: JsonSchema = {
    $defs: { leaf },
    type: "object",
    properties: { a: { $ref: "#/$defs/leaf" }, b: { $ref: "#/$defs/leaf" } },
  };
  expect(accepts(twice, '{"a":1,"b":2}')).toBe(true);
  let deep: JsonSchema = leaf;
  for (let level = 0; level < 22; level++) deep = { type: "array", items: deep, maxItems: 1 };
  expect(() => jsonSchemaPattern(deep)).toThrow(/deeper than 20 levels/);
});
