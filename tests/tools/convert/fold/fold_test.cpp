#include "tools/convert/fold/fold_case.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("random networks keep their function") {
  for (std::uint32_t seed = 100; seed < 200; ++seed) {
    CAPTURE(seed);
    RandomNetwork net(seed);
    const auto pick = [&](int n) {
      return static_cast<int>(net.Real(0, 0.999F) * static_cast<float>(n));
    };
    std::vector<ValueId> values{net.Input({1, 4, 4, 2}), net.Input({1, 4, 4, 2})};
    for (int i = 0; i < 12; ++i) {
      const ValueId x = values[values.size() - 1 - static_cast<std::size_t>(pick(2))];
      const std::string name = "l" + std::to_string(i);
      Convolution conv = net.Conv(2, 3, 2, 1 + pick(2));
      conv.border = kSame;
      switch (pick(11)) {
        case 0: values.push_back(net.Add(name, conv, {x})); break;
        case 1: values.push_back(net.Add(name, net.Conv(2, 1, 2), {x})); break;
        case 2: values.push_back(net.Add(name, net.Norm(2), {x})); break;
        case 3: values.push_back(net.Add(name, Affine{{0.5}, {0.25}}, {x})); break;
        case 4: values.push_back(net.Relu(x)); break;
        case 5: values.push_back(net.Add(name, Transpose{{0, 2, 1, 3}}, {x})); break;
        case 6:
          values.push_back(net.Add(
              name, Arithmetic{},
              {x, values[static_cast<std::size_t>(pick(static_cast<int>(values.size())))]}));
          break;
        case 7:
          values.push_back(
              net.Add(name, Arithmetic{ArithmeticKind::kSubtract}, {net.Constant({2}), x}));
          break;
        case 8: {
          const ValueId padded = net.Add(name, PadLayer{{0, 1, 1, 0}, {0, 1, 1, 0}, 0}, {x});
          values.push_back(net.Add(
              name,
              Pooling{
                  pick(2) == 0 ? PoolKind::kMax : PoolKind::kAverage, {3, 3}, {1, 1}, {}, false},
              {padded}));
          break;
        }
        case 9:
          values.push_back(net.Add(name, Arithmetic{ArithmeticKind::kMultiply},
                                   {x, net.Add(name, kSigmoid, {x})}));
          break;
        default: values.push_back(net.Add(name, net.Matrix(2, 2), {x})); break;
      }
    }
    net.Output(values.back());
    net.Output(values[values.size() - 3]);
    CheckFolded(net);
  }
}
