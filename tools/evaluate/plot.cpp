#include "evaluate/plot.h"

#include <utility>

#include "evaluate/html.h"
#include "evaluate/summary_text.h"

namespace echolens::evaluate {
namespace {

// SVG units: about a CSS pixel each.
constexpr double kLeft = 52, kTop = 12, kWidth = 320, kHeight = 280, kRight = 12, kBelow = 46,
                 kLegendLine = 18;

std::string At(double x, double y) { return Decimals(x, 1) + "," + Decimals(y, 1); }

std::string Attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + Decimals(value, 1) + "\"";
}

std::string Text(double x, double y, const std::string& look, const std::string& text) {
  return "<text class=\"" + look + "\"" + Attribute("x", x) + Attribute("y", y) + ">" +
         Escaped(text) + "</text>\n";
}

std::string Stroke(double x1, double y1, double x2, double y2, const std::string& look) {
  return "<line class=\"" + look + "\"" + Attribute("x1", x1) + Attribute("y1", y1) +
         Attribute("x2", x2) + Attribute("y2", y2) + "/>\n";
}

}  // namespace

Plot::Plot(std::string name, std::string title, std::string x_axis, std::string y_axis,
           double y_lowest, double y_highest)
    : name_(std::move(name)),
      title_(std::move(title)),
      x_axis_(std::move(x_axis)),
      y_axis_(std::move(y_axis)),
      lowest_(y_lowest),
      highest_(y_highest) {}

void Plot::Describe(const std::string& sentence) {
  description_ += (description_.empty() ? "" : " ") + sentence;
}

double Plot::X(double x) const { return x * kWidth; }
double Plot::Y(double y) const { return (highest_ - y) / (highest_ - lowest_) * kHeight; }

void Plot::Line(const std::vector<PlotPoint>& points, const std::string& look,
                const std::string& label) {
  std::string path;
  for (const auto& [x, y] : points) path += (path.empty() ? "" : " ") + At(X(x), Y(y));
  marks_ += "<polyline class=\"" + look + "\" points=\"" + path + "\"/>\n";
  if (!label.empty()) legend_.push_back({look, label});
}

void Plot::Dot(PlotPoint at, const std::string& look, const std::string& label) {
  const double x = kLeft + X(at.x), y = kTop + Y(at.y);
  labels_ +=
      "<circle class=\"" + look + "\"" + Attribute("cx", x) + Attribute("cy", y) + " r=\"4.5\"/>\n";
  if (label.empty()) return;
  const bool left = at.x > .6;  // where there is room
  labels_ += Text(left ? x - 9 : x + 9, y + 14, left ? "label end" : "label", label);
}

void Plot::Bar(double from_x, double to_x, double y, const std::string& look) {
  marks_ += "<rect class=\"" + look + "\"" + Attribute("x", X(from_x)) + Attribute("y", Y(y)) +
            Attribute("width", X(to_x) - X(from_x)) + Attribute("height", kHeight - Y(y)) + "/>\n";
}

std::string Plot::Svg() const {
  const double width = kLeft + kWidth + kRight;
  const double height = kTop + kHeight + kBelow + kLegendLine * static_cast<double>(legend_.size());
  std::string svg = "<svg viewBox=\"0 0 " + Decimals(width, 0) + " " + Decimals(height, 0) +
                    "\" role=\"img\" aria-labelledby=\"" + name_ + "-title " + name_ +
                    "-description\">\n<title id=\"" + name_ + "-title\">" + Escaped(title_) +
                    "</title>\n<desc id=\"" + name_ + "-description\">" + Escaped(description_) +
                    "</desc>\n";
  constexpr int kSteps = 5;
  for (int i = 0; i <= kSteps; ++i) {
    const double share = static_cast<double>(i) / kSteps;
    const double x = kLeft + share * kWidth, y = kTop + (1 - share) * kHeight;
    svg += Stroke(x, kTop, x, kTop + kHeight, "grid") + Stroke(kLeft, y, kLeft + kWidth, y, "grid");
    svg += Text(x, kTop + kHeight + 16, "tick middle", Decimals(share, 1));
    svg += Text(kLeft - 6, y + 4, "tick end",
                Decimals(lowest_ + share * (highest_ - lowest_), highest_ - lowest_ < .95 ? 2 : 1));
  }
  svg += Text(kLeft + kWidth / 2, kTop + kHeight + 36, "axis middle", x_axis_);
  svg += "<text class=\"axis middle\" transform=\"translate(13," + Decimals(kTop + kHeight / 2, 1) +
         ") rotate(-90)\">" + Escaped(y_axis_) + "</text>\n";
  svg += "<svg" + Attribute("x", kLeft) + Attribute("y", kTop) + Attribute("width", kWidth) +
         Attribute("height", kHeight) + ">\n" + marks_ + "</svg>\n" + labels_;
  for (std::size_t i = 0; i < legend_.size(); ++i) {
    const double y = kTop + kHeight + kBelow + kLegendLine * (static_cast<double>(i) + .5);
    svg += Stroke(kLeft, y, kLeft + 26, y, legend_[i].look) +
           Text(kLeft + 34, y + 4, "label", legend_[i].label);
  }
  return svg + "</svg>\n";
}

}  // namespace echolens::evaluate
