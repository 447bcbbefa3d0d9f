import { expect, test } from "vitest";
import { sample } from "../search/sample.ts";
import { randomModel } from "../testing/random-model.ts";
import { type JsonSchema, jsonSchemaPattern } from "./json-schema.ts";
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
  [{ type: "integer", minimum: 3 }, /minimum, for which there is no pattern/],
  [{ $ref: "#/a" }, /\$ref/],
  [{ type: "array" }, /items must be a schema/],
  [{ type: "date" }, /type must be object/],
  [{ properties: {} }, /type must be/],
  [{ enum: [] }, /at least one/],
])("%j is refused", (schema, message) => {
  expect(() => jsonSchemaPattern(schema as JsonSchema)).toThrow(message);
});
