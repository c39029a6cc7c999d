#include "convert/evaluate/windows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace echolens::convert {
namespace {

// Calls visit(output pixel, input pixel) for one place (i, j) of a window at all its positions;
// pixels count rows first. Places over the edge are left out.
template <class Visit>
void Slide(const Shape& in, const Shape& out, const std::array<int, 2>& first,
           const std::array<int, 2>& stride, Visit visit) {
  for (int n = 0; n < out[0]; ++n) {
    for (int y = 0; y < out[1]; ++y) {
      const int from_y = y * stride[0] + first[0];
      if (from_y < 0 || from_y >= in[1]) continue;
      for (int x = 0; x < out[2]; ++x) {
        const int from_x = x * stride[1] + first[1];
        if (from_x < 0 || from_x >= in[2]) continue;
        visit(Size((n * out[1] + y) * out[2] + x), Size((n * in[1] + from_y) * in[2] + from_x));
      }
    }
  }
}

// Calls visit(i, j, the row and column of the input under place (i, j) of the first window).
template <class Visit>
void Places(const Border& border, const Shape& in, const std::array<int, 2>& size,
            const std::array<int, 2>& stride, const std::array<int, 2>& dilation, Visit visit) {
  std::array<int, 2> before{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const int window = (size[axis] - 1) * dilation[axis] + 1;
    before[axis] = BorderOf(border, axis, in[axis + 1], window, stride[axis]).before;
  }
  for (int i = 0; i < size[0]; ++i) {
    for (int j = 0; j < size[1]; ++j) {
      visit(i, j, std::array{i * dilation[0] - before[0], j * dilation[1] - before[1]});
    }
  }
}

// The two rows (or columns) that one of the output lies between.
struct Between {
  std::size_t low, high;
  double share;  // of the higher one
};

// TensorFlow's rules (tensorflow/core/util/image_resizer_state.h).
Between Source(ResizeKind kind, int input, int output, int at) {
  if (kind == ResizeKind::kNearest) {
    const std::size_t from = Size(at / (output / input));
    return {from, from, 0};
  }
  const bool corners = kind == ResizeKind::kBilinearAlignCorners && output > 1;
  const double scale =
      corners ? (input - 1.0) / (output - 1.0) : static_cast<double>(input) / output;
  const double place =
      kind == ResizeKind::kBilinearHalfPixel ? (at + 0.5) * scale - 0.5 : at * scale;
  const double inside = std::clamp(place, 0.0, input - 1.0);
  const double low = std::floor(inside);
  return {static_cast<std::size_t>(low), static_cast<std::size_t>(std::ceil(inside)), inside - low};
}

}  // namespace

// The weights [out, place, depth] as [place, in, out / groups]: the innermost loop runs over
// contiguous output channels.
Values Evaluate(const Convolution& op, const Operand& in, const Shape& shape) {
  const std::size_t channels = Size(in.shape[3]), filters = Size(shape[3]);
  const std::size_t depth = Size(op.kernel_shape[3]), each = filters / Size(op.groups);
  const std::array<int, 2> size{op.kernel_shape[1], op.kernel_shape[2]};
  Values out(Count(shape), 0.0);
  for (std::size_t i = 0; i < out.size() && !op.bias.empty(); ++i) out[i] = op.bias[i % filters];

  Values weights(channels * each);
  Places(op.border, in.shape, size, op.stride, op.dilation, [&](int i, int j, auto first) {
    const std::size_t place = Size(i * size[1] + j), places = Size(size[0] * size[1]);
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t k = 0; k < each; ++k) {
        const std::size_t filter = c / depth * each + k;
        weights[c * each + k] = op.kernel[(filter * places + place) * depth + c % depth];
      }
    }
    Slide(in.shape, shape, first, op.stride, [&](std::size_t to, std::size_t from) {
      const double* weight = weights.data();
      for (std::size_t c = 0; c < channels; ++c, weight += each) {
        const double x = in.values[from * channels + c];
        double* sum = &out[to * filters + c / depth * each];
        for (std::size_t k = 0; k < each; ++k) sum[k] += x * weight[k];
      }
    });
  });
  return out;
}

// The average of a window that lies on the border alone is 0.
Values Evaluate(const Pooling& op, const Operand& in, const Shape& shape) {
  const std::size_t channels = Size(shape[3]);
  const bool max = op.kind == PoolKind::kMax;
  Values out(Count(shape), max ? -std::numeric_limits<double>::infinity() : 0.0);
  std::vector<int> inside(out.size() / channels, 0);
  Places(op.border, in.shape, op.size, op.stride, {1, 1}, [&](int, int, auto first) {
    Slide(in.shape, shape, first, op.stride, [&](std::size_t to, std::size_t from) {
      ++inside[to];
      for (std::size_t c = 0; c < channels; ++c) {
        const double x = in.values[from * channels + c];
        double& y = out[to * channels + c];
        y = max ? std::max(y, x) : y + x;
      }
    });
  });
  for (std::size_t i = 0; i < out.size() && !max; ++i) {
    out[i] /= op.count_border ? op.size[0] * op.size[1] : std::max(inside[i / channels], 1);
  }
  return out;
}

Values Evaluate(const GlobalPooling& op, const Operand& in, const Shape& shape) {
  const Pooling whole{op.kind, {in.shape[1], in.shape[2]}, {1, 1}, {}, false};
  return Evaluate(whole, in, {shape[0], 1, 1, shape.back()});
}

Values Evaluate(const ResizeLayer& op, const Operand& in, const Shape& shape) {
  const std::size_t channels = Size(shape[3]), width = Size(in.shape[2]);
  Values out;
  out.reserve(Count(shape));
  for (int n = 0; n < shape[0]; ++n) {
    const double* image = &in.values[Size(n * in.shape[1]) * width * channels];
    for (int y = 0; y < op.height; ++y) {
      const Between row = Source(op.kind, in.shape[1], op.height, y);
      for (int x = 0; x < op.width; ++x) {
        const Between column = Source(op.kind, in.shape[2], op.width, x);
        for (std::size_t c = 0; c < channels; ++c) {
          const auto across = [&](std::size_t line) {
            const double low = image[(line * width + column.low) * channels + c];
            const double high = image[(line * width + column.high) * channels + c];
            return low + (high - low) * column.share;
          };
          const double low = across(row.low);
          out.push_back(low + (across(row.high) - low) * row.share);
        }
      }
    }
  }
  return out;
}

}  // namespace echolens::convert
