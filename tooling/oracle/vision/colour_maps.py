"""Stops of viridis and turbo for packages/vision-layers/src/inspect/colour-maps.ts, and colours that its test compares with.

    python3 tooling/oracle/vision/colour_maps.py > packages/vision-layers/src/inspect/colour-fixtures.json

Needs matplotlib; the version is noted in the file.
"""

import json

import matplotlib

STOPS = {"viridis": 35, "turbo": 35}


def colour(name, place):
    return "".join(f"{round(255 * channel):02x}" for channel in matplotlib.colormaps[name](place)[:3])


def stops(name, count):
    """Between the 256 entries of a table, which count as places from 0 to 255."""
    table = matplotlib.colormaps[name]([i / 255 for i in range(256)])[:, :3]
    chosen = []
    for at in range(count):
        place = 255 * at / (count - 1)
        below = min(int(place), 254)
        share = place - below
        chosen.append("".join(f"{round(255 * (a + share * (b - a))):02x}" for a, b in zip(table[below], table[below + 1])))
    return " ".join(chosen)


fixtures = {
    "matplotlib": matplotlib.__version__,
    "stops": {name: stops(name, count) for name, count in STOPS.items()},
    "tables": {name: "".join(colour(name, i / 255) for i in range(0, 256, 5)) for name in STOPS},
}
print(json.dumps(fixtures))
