#include "evaluate/plot.h"

#include <doctest/doctest.h>

using namespace echolens::evaluate;

namespace {

bool Has(const std::string& svg, std::string_view part) {
  return svg.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is drawn stands where the axes say") {
  Plot plot("p", "Title", "x axis", "y <axis>", -1, 1);
  plot.Line({{0, -1}, {.5, 0}, {1, 1}}, "main", "a & b");
  plot.Dot({0, 1}, "point", "first");
  plot.Dot({1, -1}, "point", "last");
  plot.Bar(.25, .5, 0, "count");
  plot.Describe("One.");
  plot.Describe("Two.");
  const std::string svg = plot.Svg();
  // The frame is 320 by 280 units, its corner at (52, 12).
  CHECK(Has(svg, "<polyline class=\"main\" points=\"0.0,280.0 160.0,140.0 320.0,0.0\"/>"));
  CHECK(Has(svg, "<circle class=\"point\" cx=\"52.0\" cy=\"12.0\""));
  CHECK(Has(svg, "<text class=\"label\" x=\"61.0\" y=\"26.0\">first</text>"));
  CHECK(Has(svg, "<circle class=\"point\" cx=\"372.0\" cy=\"292.0\""));
  CHECK(Has(svg, "<text class=\"label end\" x=\"363.0\" y=\"306.0\">last</text>"));
  CHECK(Has(svg, "<rect class=\"count\" x=\"80.0\" y=\"140.0\" width=\"80.0\" height=\"140.0\"/>"));
  CHECK(Has(svg, "<title id=\"p-title\">Title</title>"));
  CHECK(Has(svg, "<desc id=\"p-description\">One. Two.</desc>"));
  CHECK(Has(svg, "aria-labelledby=\"p-title p-description\""));
  CHECK(Has(svg, ">a &amp; b</text>"));
  CHECK(Has(svg, ">y &lt;axis&gt;</text>"));
}
