"""Training steps by PyTorch on one thread, for `npm run bench -- --native PYTHON`.

One request a line of JSON on standard input, one answer a line on standard output: `prepare` a problem, `time` so many
steps, give the `outputs` of one, `forget` the problem.
"""

import base64
import json
import sys
import time

# torchvision tries whether there is a module `pytorch`: not this file.
sys.path.pop(0)

import torch  # noqa: E402
from torch import nn  # noqa: E402

MODE = sys.argv[1]


def array(packed, kind=torch.float32):
    return torch.frombuffer(bytearray(base64.b64decode(packed["bytes"])), dtype=kind).reshape(packed["shape"]).clone()


class CharacterModel(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.gru = nn.GRU(width, width)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, characters):
        return self.head(self.gru(self.embedding(characters))[0]).flatten(0, 1)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )


def mlp(parameters):
    layers = []
    for weight in parameters[::2]:
        outputs, inputs = weight.shape
        layers += [nn.ReLU()] * (len(layers) > 0) + [nn.Linear(inputs, outputs)]
    return nn.Sequential(*layers)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.gather = nn.Linear(width, width)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)

    def forward(self, x):
        batch, time, width = x.shape
        parts = self.project(self.norm1(x)).split(width, dim=2)
        q, k, v = (each.view(batch, time, self.heads, width // self.heads).transpose(1, 2) for each in parts)
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.gather(y.transpose(1, 2).reshape(batch, time, width))
        return x + self.narrow(nn.functional.gelu(self.widen(self.norm2(x))))


class GPT(nn.Module):
    """As nanoGPT: causal layers that normalise first, and one table for what comes in and what goes out."""

    def __init__(self, parameters, heads):
        super().__init__()
        table, positions = parameters[:2]
        width = table.shape[1]
        self.tokens = nn.Embedding(*table.shape)
        self.positions = nn.Embedding(*positions.shape)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in parameters[2:-2:12]))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions.weight
        return nn.functional.linear(self.norm(self.blocks(x)), self.tokens.weight).flatten(0, 1)


class Training:
    def __init__(self, request):
        parameters = [array(each) for each in request["parameters"]]
        integers = request["work"] in ("characterGruStep", "gptStep")
        self.x = array(request["inputs"], torch.int32 if integers else torch.float32)
        self.labels = array(request["labels"], torch.int32).long()
        if request["work"] == "lenetStep":
            self.model = lenet()
        elif request["work"] == "mlpStep":
            self.model = mlp(parameters)
        elif request["work"].startswith("networkStep"):
            import torchvision  # in no other case

            make = {"ResNet-18": torchvision.models.resnet18, "MobileNetV2": torchvision.models.mobilenet_v2}
            options = {"dropout": 0.0} if "MobileNetV2" in request["work"] else {}
            self.model = make[request["work"].split()[1]](num_classes=10, **options)
        elif request["work"] == "gptStep":
            self.x = self.x.long()
            self.model = GPT(parameters, request["heads"])
        else:
            self.x = self.x.long()
            self.model = CharacterModel(*parameters[0].shape)
        # In the order of the problem, which need not be that of the model.
        named = dict(self.model.named_parameters())
        self.own = [named[name] for name in request["names"]] if "names" in request else list(named.values())
        with torch.no_grad():
            for own, given in zip(self.own, parameters, strict=True):
                own.copy_(given)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), foreach=MODE == "foreach", fused=MODE in ("fused", "compiled")
        )
        self.loss = torch.compile(self.eager_loss) if MODE == "compiled" else self.eager_loss

    def eager_loss(self):
        return nn.functional.cross_entropy(self.model(self.x), self.labels)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss().backward()
        self.optimizer.step()

    def time(self, runs):
        start = time.perf_counter()
        for _ in range(runs):
            self.step()
        return (time.perf_counter() - start) * 1e3

    def outputs(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        gradients = torch.cat([each.grad.flatten() for each in self.own]).tolist()
        self.optimizer.step()
        with torch.no_grad():
            return {"loss": [loss.item()], "gradients": gradients, "nextLoss": [self.eager_loss().item()]}


def answer(request, trainings):
    what, key = request["what"], request["key"]
    if what == "version":
        return torch.__version__.split("+")[0]
    if what == "prepare":
        trainings[key] = Training(request)
    elif what == "time":
        return trainings[key].time(request["runs"])
    elif what == "outputs":
        return trainings[key].outputs()
    elif what == "forget":
        del trainings[key]
    return None


def main():
    torch.set_num_threads(1)
    trainings = {}
    for line in sys.stdin:
        try:
            reply = {"result": answer(json.loads(line), trainings)}
        except Exception as error:  # told to who asked
            reply = {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
