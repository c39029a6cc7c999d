#include "tools/convert/lower/lower_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("a final softmax is taken off, and only such") {
  const ActivationLayer softmax{ActivationKind::kSoftmax};
  const auto taken = [&](const Shape& shape, const Shape& reshaped, bool read_elsewhere) {
    RandomNetwork net(15);
    const ValueId x = net.Input(shape);
    ValueId y = net.Add("dense", net.Matrix(shape.back(), shape.back()), {x});
    const ValueId logits = y;
    y = net.Add("softmax", softmax, {y});
    const ValueId p = y;
    if (!reshaped.empty()) y = net.Add("flat", ReshapeLayer{reshaped}, {y});
    net.Output(y);
    if (read_elsewhere) net.Output(net.Relu(p));
    Lowered lowered = CheckLowered(net);
    const Graph before = lowered.graph;
    if (!TakeLogits(lowered)) {
      CHECK(lowered.graph == before);
      return false;
    }
    REQUIRE(CheckGraph(lowered.graph).ok());
    CHECK(lowered.graph.tensors.size() == before.tensors.size() - 1);
    CHECK(lowered.graph.tensors[static_cast<std::size_t>(lowered.graph.outputs[0])].name ==
          "logits");
    net.network.outputs = {logits};
    const Answers inputs = net.Inputs();
    CheckClose(RunEngine(lowered.graph, inputs)[0], Evaluated(net.network, inputs)[0], 1e-5);
    return true;
  };
  CHECK(taken({1, 4}, {}, false));
  CHECK(taken({1, 1, 1, 4}, {1, 4}, false));
  CHECK(!taken({1, 4}, {}, true));
  CHECK(!taken({1, 2, 4}, {1, 8}, false));  // two softmaxes

  RandomNetwork plain(16);
  plain.Output(plain.Relu(plain.Input({1, 4})));
  Lowered lowered = CheckLowered(plain);
  CHECK(!TakeLogits(lowered));
  CHECK(!TakeLogits(lowered, 1));
  RandomNetwork bare(17);  // nothing is left without it
  bare.Output(bare.Add("softmax", softmax, {bare.Input({1, 4})}));
  lowered = CheckLowered(bare);
  CHECK(!TakeLogits(lowered));
}
