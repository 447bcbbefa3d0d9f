import { stack, type Shape, tensor, type Tensor, where } from "@unfoldjs/tensor-core";
import { assertWithin } from "../arguments/checks.ts";
import { assertColours, within } from "./adjust.ts";

/** Which of value, p, q and t red, green and blue are in each sixth of the circle of hues (Smith 1978). */
const SIXTHS = [
  [0, 2, 1, 1, 3, 0],
  [3, 0, 0, 2, 1, 1],
  [1, 1, 3, 0, 0, 2],
];

/**
 * Other hues, as torchvision's `adjust_hue`: colours are turned on the circle of hues by a share of it.
 * @param x f32 (…, 1 or 3 channels, height, width), 0 … 1; gray stays @throws ValueError unless the factor is in [−0.5, 0.5]
 */
export function adjustHue(x: Tensor, factor: number): Tensor {
  assertColours("adjustHue", x);
  assertWithin("adjustHue", "factor", factor, -0.5, 0.5);
  if (x.shape.at(-3) === 1) return x.clone();
  return within("adjustHue", () => {
    const [height = 0, width = 0] = x.shape.slice(-2);
    const planes: Tensor = x.reshape([-1, 3, height * width]);
    const [hue, saturation, value] = hsvOf(planes);
    return rgbOf(fraction(hue.add(factor)), saturation, value).reshape(x.shape);
  });
}

/** x less its whole part. */
function fraction(x: Tensor): Tensor {
  return x.sub<Shape, Shape>(x.floor());
}

/** @param x (batch, 3, pixels) @returns hue, saturation and value, each (batch, pixels) */
function hsvOf(x: Tensor): readonly [hue: Tensor, saturation: Tensor, value: Tensor] {
  const [most, least] = [x.max(1), x.min(1)];
  const range = most.sub<Shape, Shape>(least);
  const isGray = most.equal<Shape, Shape>(least);
  const one = tensor(1);
  const saturation = range.div<Shape, Shape>(where<"f32", Shape, Shape, Shape>(isGray, one, most));
  const divisor = where<"f32", Shape, Shape, Shape>(isGray, one, range).unsqueeze(1);
  const away = most.unsqueeze(1).sub<Shape, Shape>(x).div<Shape, Shape>(divisor);
  const part = (of: Tensor, at: number): Tensor => of.slice(1, at, at + 1).squeeze(1);
  const [red, green, blue] = [part(away, 0), part(away, 1), part(away, 2)];
  const isRed = most.equal<Shape, Shape>(part(x, 0));
  const isGreen = most.equal<Shape, Shape>(part(x, 1));
  const fromRed = blue.sub<Shape, Shape>(green);
  const fromGreen = red.add(2).sub<Shape, Shape>(blue);
  const fromBlue = green.add(4).sub<Shape, Shape>(red);
  const sixths = where<"f32", Shape, Shape, Shape>(
    isRed,
    fromRed,
    where<"f32", Shape, Shape, Shape>(isGreen, fromGreen, fromBlue),
  );
  return [fraction(sixths.mul(1 / 6).add(1)), saturation, most];
}

/** @returns (batch, 3, pixels) */
function rgbOf(hue: Tensor, saturation: Tensor, value: Tensor): Tensor {
  const [batch = 0, pixels = 0] = hue.shape;
  const turned = hue.mul(6);
  const sixth = turned.floor();
  const rest = turned.sub<Shape, Shape>(sixth);
  const ofRest = saturation.mul<Shape, Shape>(rest);
  const pale = saturation.neg().add(1);
  const q = ofRest.neg().add(1).mul<Shape, Shape>(value).clamp(0, 1);
  const t = ofRest.add<Shape, Shape>(pale).mul<Shape, Shape>(value).clamp(0, 1);
  const p = pale.mul<Shape, Shape>(value).clamp(0, 1);
  const choices: Tensor = stack([value, p, q, t], 1); // (batch, 4, pixels)
  const whole = sixth.sub<Shape, Shape>(sixth.div(6).floor().mul(6)).to("i32").reshape([-1]);
  const chosen = tensor(SIXTHS, "i32").indexSelect(1, whole).reshape([3, batch, pixels]).permute(1, 0, 2);
  return choices.gather(1, chosen.contiguous());
}
