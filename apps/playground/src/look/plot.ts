// What draws curves: loaded once there is one, for it is a third of what a lab's page loads at first.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export { uPlot };
