// Line plots as SVG, coloured by the page's style.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace echolens::evaluate {

struct PlotPoint {
  double x = 0, y = 0;
};

// A frame with two axes; x from 0 to 1. What is drawn beyond it is cut off. Texts are text, not
// HTML.
class Plot {
 public:
  // `name`: of its elements, one a page.
  Plot(std::string name, std::string title, std::string x_axis, std::string y_axis,
       double y_lowest = 0, double y_highest = 1);

  // What there is to see, for who does not see it.
  void Describe(const std::string& sentence);

  // `look`: a class of the style: "main", "other", "guide". A legend names lines that have a label.
  void Line(const std::vector<PlotPoint>& points, const std::string& look,
            const std::string& label = "");
  // A dot; its label, if any, stands beside it.
  void Dot(PlotPoint at, const std::string& look, const std::string& label = "");
  // A bar over the lowest value.
  void Bar(double from_x, double to_x, double y, const std::string& look);

  std::string Svg() const;

 private:
  double X(double x) const;  // in SVG units, within the frame
  double Y(double y) const;

  std::string name_, title_, description_, x_axis_, y_axis_;
  double lowest_, highest_;
  std::string marks_;   // within the frame
  std::string labels_;  // over it
  struct Key {
    std::string look, label;
  };
  std::vector<Key> legend_;
};

}  // namespace echolens::evaluate
