import { Flatten, Linear, Sequential } from "@unfoldjs/nn";
import { AdaptiveAvgPool2d, Conv2dNormActivation, MaxPool2d } from "@unfoldjs/vision-layers";

/** Filters of the first layers; each time that pictures shrink by half there are twice as many. */
const WIDTH = 16;

/**
 * Six 3 × 3 convolutions, each with a batch norm and relu, in three pairs between which pictures shrink by half (as Simonyan and
 * Zisserman 2015), and the mean of each map in place of hidden layers (Lin, Chen and Yan 2014).
 */
export function pictureNetwork(channels: number, classes: number): Sequential {
  const [small, middle, large] = [WIDTH, 2 * WIDTH, 4 * WIDTH];
  return new Sequential(
    new Conv2dNormActivation(channels, small), // (batch, 16, 28, 28)
    new Conv2dNormActivation(small, small),
    new MaxPool2d(2),
    new Conv2dNormActivation(small, middle), // (batch, 32, 14, 14)
    new Conv2dNormActivation(middle, middle),
    new MaxPool2d(2),
    new Conv2dNormActivation(middle, large), // (batch, 64, 7, 7)
    new Conv2dNormActivation(large, large),
    new AdaptiveAvgPool2d(1),
    new Flatten(),
    new Linear(large, classes),
  );
}
