// Files written by the reference implementations, in base64: safetensors 0.8.0 and NumPy 2.4.6 for Python.

function file(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** By what is in them. */
export const REFERENCE_FILES: Readonly<
  Record<
    | "safetensorsMixed"
    | "safetensorsPlain"
    | "npyFloats"
    | "npyColumnMajor"
    | "npyDoubles"
    | "npyLongs"
    | "npyTruthValues"
    | "npyScalarByte"
    | "npyHalves"
    | "npyBigEndian"
    | "npyStructured"
    | "npzStored"
    | "npzCompressed",
    Uint8Array
  >
> = {
  // F32, F16, I64 (a scalar), BOOL, U8 and I32, with metadata
  safetensorsMixed: file(
    "iAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJjb25maWciOiJ7XCJhXCI6MX0ifSwic3RlcCI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbXSwiZG" +
      "F0YV9vZmZzZXRzIjpbMCw4XX0sIndlaWdodCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwzXSwiZGF0YV9vZmZzZXRzIjpbOCwzMl19LCJp" +
      "bmRleCI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzMyLDQwXX0sImJpYXMiOnsiZHR5cGUiOiJGMTYiLCJzaG" +
      "FwZSI6WzJdLCJkYXRhX29mZnNldHMiOls0MCw0NF19LCJwaXhlbHMiOnsiZHR5cGUiOiJVOCIsInNoYXBlIjpbMSwyXSwiZGF0YV9vZmZzZXRz" +
      "IjpbNDQsNDZdfSwibWFzayI6eyJkdHlwZSI6IkJPT0wiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOls0Niw0OV19fQcAAAAAAAAAAAAAAA" +
      "AAgD4AAAA/AABAPwAAgD8AAKA//////wIAAABmLgDAAP8BAAE=",
  ),
  // only types that Unfold writes, given as b, a, index, mask, pixels
  safetensorsPlain: file(
    "QAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJ4In0sImEiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldH" +
      "MiOlswLDEyXX0sImIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsM10sImRhdGFfb2Zmc2V0cyI6WzEyLDM2XX0sImluZGV4Ijp7ImR0eXBl" +
      "IjoiSTMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMzYsNDRdfSwicGl4ZWxzIjp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzFdLCJkYX" +
      "RhX29mZnNldHMiOls0NCw0NV19LCJtYXNrIjp7ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzQ1LDQ2XX19IAAA" +
      "AAAAAIA+AAAAPwAAAAAAAIA+AAAAPwAAQD8AAIA/AACgP/////8CAAAAAwE=",
  ),
  // [[0, .25, .5], [.75, 1, 1.25]]
  npyFloats: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPgAAAD8AAEA/AACAPwAAoD8=",
  ),
  // arange(24).reshape(2, 3, 4), Fortran order
  npyColumnMajor: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAADAAAAAQAAAAQAAAACAAAABQAAAABAAAADQAAAAUAAAAR" +
      "AAAACQAAABUAAAACAAAADgAAAAYAAAASAAAACgAAABYAAAADAAAADwAAAAcAAAATAAAACwAAABcAAAA=",
  ),
  // [1/2, 1/3]
  npyDoubles: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADgP1VVVVVVVdU/",
  ),
  // [[1, -2]]
  npyLongs: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDIpLCB9ICAgICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAAAAAAAAP7/////////",
  ),
  // [True, False]
  npyTruthValues: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfGIxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAA==",
  ),
  // 9, of rank 0
  npyScalarByte: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoJ",
  ),
  // [1.5, -0.0, 6e-8, inf, 65504]
  npyHalves: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDUsKSwgfSAgICAgICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAPgCAAQAAfP97",
  ),
  // [1, 2] as >f4
  npyBigEndian: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/gAAAQAAAAA==",
  ),
  // a record of an int and a float
  npyStructured: file(
    "k05VTVBZAQB2AHsnZGVzY3InOiBbKCdhJywgJzxpNCcpLCAoJ2InLCAnPGY0JyldLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOi" +
      "AoMSwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAAAAAAAQA==",
  ),
  // x: the floats above, y: [1, 2] as int32
  npzStored: file(
    "UEsDBC0AAAAAAAAAIQAKnACk//////////8FABQAeC5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsIC" +
      "dmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg" +
      "ICAgICAgICAgICAgICAgICAKAAAAAAAAgD4AAAA/AABAPwAAgD8AAKA/UEsDBC0AAAAAAAAAIQAL+aot//////////8FABQAeS5ucHkBABAAiA" +
      "AAAAAAAACIAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxpNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0g" +
      "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAQAAAAIAAABQSwECLQMtAAAAAAAAAC" +
      "EACpwApJgAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECLQMtAAAAAAAAACEAC/mqLYgAAACIAAAABQAAAAAAAAAAAAAAgAHPAAAA" +
      "eS5ucHlQSwUGAAAAAAIAAgBmAAAAjgEAAAAA",
  ),
  // x: zeros (20, 20)
  npzCompressed: file(
    "UEsDBC0AAAAIAAAAIQD5JdHB//////////8FABQAeC5ucHkBABAAwAYAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6" +
      "Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkYGOgpGBpo6CrUKZAIuhlEwCkbBKBgFo4AMAABQSwECLQMtAAAACAAAACEA+SXRwVUAAADA" +
      "BgAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwUGAAAAAAEAAQAzAAAAjAAAAAAA",
  ),
};
