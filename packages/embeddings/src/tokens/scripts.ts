/**
 * Which letters are of which script, as Unicode 9 has it: sentencepiece's trainer knows no later letters, and what is learnt must not
 * depend on the Unicode of an engine. One range after the other: how many letters lie before it, how many it has beyond its first
 * (both in base 36, and nothing for 0), and its script's number where that is another than before.
 */
const RANGES =
  "1t,p,2;6,p;1b,;f,;5,m;1,u;1,cg;13,4;5,1,3;k,33,1;,3,4;1,2;2,3;1,;4,;1,;1,2;1,;1,j;1,1q;,d,5;,f,4;,3o,6;,1,1;,4o,6;1,11,7;2,6;1,12;2,;2,2;1,1i,8;8,q;5,4;b,4,9;1,5;1,d;3,;1,v;1,9;,a,1;,p,9;,,1;,2z,9;1,x;,d,a;1,1n;2,2;,1b,9;,1d,b;e,1m,c;5,19,d;2,e;1,r,e;2,;1t,k,9;1,7;m,d;1,s;,28,f;,1,1;,g,f;2,p;,3,g;1,7;2,1;2,l;1,6;1,;3,3;2,8;2,1;2,3;8,;4,1;1,4;2,l;5,2,h;1,5;4,1;2,l;1,6;1,1;1,1;1,1;2,;1,4;4,1;2,2;3,;7,3;1,;7,f;b,2,i;1,8;1,2;1,l;1,6;1,1;1,4;2,9;1,2;1,2;2,;f,3;2,b;7,;7,2,j;1,7;2,1;2,l;1,6;1,1;1,4;2,8;2,1;2,2;8,1;4,1;1,4;2,h;a,1,k;1,5;3,2;1,3;3,1;1,;1,1;3,1;3,2;3,b;4,4;3,2;1,3;2,;6,;e,k;5,3,l;1,7;1,2;1,m;1,f;3,7;1,2;1,3;7,1;1,2;5,3;2,9;8,7;,3,m;1,7;1,2;1,m;1,9;1,4;2,8;1,2;1,3;7,1;7,;1,3;2,9;1,1;e,2,n;1,7;1,2;1,14;2,7;1,2;1,5;4,f;2,p;2,1,o;1,h;3,n;1,8;1,;2,6;3,;4,5;1,;1,7;6,9;2,2;c,1l,p;5,r;11,1,q;1,;2,1;1,;2,;6,3;1,6;1,2;1,;1,;2,1;1,c;1,2;2,4;1,;1,5;2,9;2,3;w,1z,r;1,z;4,12;1,z;1,e;1,6;4,1;11,4f,s;,11,t;1,;5,;2,16;1,3;,73,u;,20,v;1,3;2,6;1,;1,3;2,14;1,3;2,w;1,3;2,6;1,;1,3;2,e;1,1k;1,3;2,1u;2,v;3,p;6,2d,w;2,5;2,hr,x;,s,y;3,22,z;3,a;7,c,10;1,6;b,k,11;b,j,12;c,c,13;1,2;1,1;c,2l,14;2,9;6,9;6,1,15;2,;1,8;1,9;6,2f;8,16;5,1x,x;a,u,16;1,b;4,b;4,;3,b;,t,17;2,4;b,17,18;4,p;6,a;3,1;,v,14;,r,19;2,1;,1q,1a;1,s;2,a;6,9;6,d;2,e,1;1t,23,1b;4,18;3,1r,1c;,1f,1d;8,3;,1j,1e;3,e;3,2;,1b,1f;,8,6;1j,7,1c;8,2,1;1,c;1,6;4,;6,;3,1;6,11,2;,4,4;,,6;,1c,2;,4,4;,3,2;,4,4;,c,2;,,6;,1x,2;,,4;,1h,1;5,4;,73,2;,l,4;2,5;2,11;2,5;2,7;1,;1,;1,;1,u;2,1g;1,e;1,d;2,5;1,i;2,2;1,8;d,1,1;2r,,2;d,;g,c;1f,w,1;1h,,4;3,1,2;6,;r,;h,14;19z,73,1g;lc,1a,1h;1,1a;1,v,2;,37,5;5,6;,11,t;1,;5,;2,1j,1i;7,1;e,;,m,v;9,6;1,6;1,6;1,6;1,6;1,6;1,6;1,6;1,v,6;3k,p,1j;1,2g;c,5x;1b,;1,;p,8;,3,1;,1,u;8,3,1j;5,2d;2,1,1;2,2,1j;1,2h;1,3;5,14,3;3,2l,u;h,q,3;1h,f,1j;,u,u;1t,u;29,1a,1j;1,2f;4o,52t;22,g5x;16,wc,1k;3,1i;9,1b,1l;,8b,1m;k,2n,6;,2f,1n;16,2t,2;3,z;1,7;1r,8;,17,1o;k,1j,1p;8,1x,1q;8,b;6,t,f;2,19,1r;1,;,z,1s;b,;,s,u;3,25,1t;2,9;4,1;,u,s;1,1i,1u;9,d;2,9;2,3;,v,s;,1u,1v;o,4;,m,1w;a,5,v;2,5;2,5;9,6;1,6;1,16,2;1,8;,,4;a,27,w;,19,1w;2,9;6,8mb,u;c,m;4,1c;6is,a5,1j;2,2x;12,6,2;c,4,7;5,p,8;1,4;1,;1,1;1,1;1,9;,35,9;h,a2;i,1r;2,1h;14,d;2,f,1;g,d;,1,6;1s,4,9;1,3q;10,p,2;6,p;b,9,1j;1,18;2,u,u;3,5;2,5;2,5;2,2;z,b,1x;1,p;1,i;1,1;1,e;2,d;y,3e;1x,26,4;h,;2k,,1;3m,s,1y;3,1c,1z;f,,1;v,z,20;c,q,21;5,16,22;5,t,23;1,;,z,24;4,d;16,27,25;,1b,26;,t,27;2,9;6,z,28;4,z;4,13,29;8,1f,2a;b,;40,8m,2b;9,l;a,7;48,5,2c;2,;1,17;1,1;3,;2,;,l,2d;1,8;,v,2e;,u,2f;8,8;1c,i,2g;1,1;5,4;,r,2h;3,;,p,2i;5,;1s,v,2j;,n,2k;4,j;2,19;,3,2l;1,1;5,7;1,2;1,q;4,2;4,8;8,8;7,v,2m;,v,2n;w,12,2o;4,b;9,1h,2p;3,6;,l,2q;2,7;,i,2r;5,7;,h,2s;7,3;c,6;28,20,2t;1j,1e,2u;d,1e;7,5;9s,u,9;ap,25,2v;4,t;f,;,1t,2w;e,o,2x;7,9;6,1g,2y;1,d;c,12,2z;9,25,30;2,f;1,j,o;b,h,31;1,17;1t,6,32;1,;1,3;1,e;1,a;6,1m,33;5,9;6,3,34;1,7;2,1;2,l;1,6;1,1;1,4;2,8;2,1;2,2;2,;6,;5,6;2,6;3,4;3v,2h,35;1,;1,;y,1z,36;8,9;4m,1h,37;2,11;y,1w,38;b,9;6,c,15;j,1j,39;8,9;1i,p,3a;3,e;4,f;9s,2a,3b;c,;cg,1k,3c;7b,8,3d;1,18;1,d;a,s;3,v,3e;2,l;1,d;nd,pl,3f;2u,32;1,4;b,5f;24c,tq,3g;34h,g6,3h;6nt,fs,1n;7,u,3i;1,9;4,1;2o,t,3j;2,5;a,1x,3k;a,9;1,6;1,k;5,i;og,1w,3l;b,1a;g,g;1s,,3m;v,4q4;j,ky;7bh,1,1j;2da,2y,3n;5,c;3,8;7,9;2,3;43r,2,1;h,7;2,6;u,3;2a,1x,4;14q,i3,3o;f,4;1,e;11s,6,1h;1,g;2,6;1,1;1,4;1jp,5g,3p;2,f;15,22,3q;5,9;4,1;ww,3,9;1,q;1,1;1,;2,;1,9;1,3;1,;1,;6,;4,;1,;1,;1,2;1,1;1,;2,;1,;1,;1,;1,;1,1;1,;2,3;1,6;1,3;1,3;1,;1,9;1,g;5,2;1,4;1,g;1g,1;lq,,1j;2rj,wye;15,378;b,65;2,4g1;866,f1;fhlu,6n,1";
const COMMON = 0;
const INHERITED = 1;

interface Ranges {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly scripts: Uint8Array;
}
let known: Ranges | undefined;

/** A number for the script of a code point, where Japanese ones are one with Han. Those that Unicode names no script for are common. */
export function scriptOf(point: number): number {
  const { starts, ends, scripts } = (known ??= ranges());
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) <= point) low = middle + 1;
    else high = middle;
  }
  return point >= (starts[low] ?? Infinity) ? (scripts[low] ?? COMMON) : COMMON;
}

/** True for marks that are of the script of what they stand on. */
export function isInherited(script: number): boolean {
  return script === INHERITED;
}

function ranges(): Ranges {
  const all = RANGES.split(";");
  const [starts, ends, scripts] = [new Int32Array(all.length), new Int32Array(all.length), new Uint8Array(all.length)];
  let [at, script] = [0, COMMON];
  for (const [i, range] of all.entries()) {
    const [gap = "", more = "", own] = range.split(",");
    if (own !== undefined) script = Number.parseInt(own, 36);
    starts[i] = at + whole(gap);
    at = ends[i] = (starts[i] ?? 0) + whole(more) + 1;
    scripts[i] = script;
  }
  return { starts, ends, scripts };
}

function whole(digits: string): number {
  return digits === "" ? 0 : Number.parseInt(digits, 36);
}
