#include "evaluation/summary.h"

#include <doctest/doctest.h>

using namespace echolens;

namespace {

LabelledImage Answered(std::size_t number, std::size_t truth, std::vector<double> probabilities) {
  return {number, std::to_string(number) + ".png", "", truth, "", std::move(probabilities), {}};
}

// Three answers, one of them a missed cancer; one image refused, one that is none.
LabelledSet Set() {
  LabelledSet set;
  set.unit = "image";
  set.labels = {"normal", "benign", "malignant"};
  set.images = {Answered(1, 1, {.25, .5, .25}), Answered(2, 2, {0, .25, .75}),
                Answered(3, 2, {.125, .5, .375})};
  set.refused = {{4, "4.png", "", "blank", "the picture is blank"}};
  set.faulty = {{5, "5.png", "", "image_empty", "the file is empty"}};
  return set;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the model's operating points are judged") {
  const std::vector<OperatingPoint> points{{"rule-out", 2, .3F, {}, {}, ""}};
  const auto summary = Summarise(Set(), JudgedModel{"m", "1", "abc"}, points, {100, 1});
  REQUIRE(summary.ok());
  CHECK(summary->own_points);
  const std::string json = SummaryJson(*summary);
  CHECK(json.starts_with(
      R"({"schema":"echolens.evaluation/1","model":{"name":"m","version":"1",)"
      R"("sha256":"abc"},"images":{"answered":3,"groups":3,"refused":1,)"
      R"("not_evaluated":1},"auc":{"positive":"malignant","against_rest":{"value":1,)"));
  CHECK(Has(json, R"("roc":[{"threshold":null,"false_positive_rate":0,"true_positive_rate":0},)"
                  R"({"threshold":0.75,"false_positive_rate":0,"true_positive_rate":0.5},)"));
  CHECK(Has(json, R"("counts":[[0,0,0],[0,1,0],[0,1,1]],)"));
  CHECK(Has(json, R"("recall":{"normal":null,"benign":{"value":1,)"));
  CHECK(Has(json, R"({"name":"rule-out","label":"malignant","threshold":0.3,"true_positives":2,)"
                  R"("false_negatives":0,"false_positives":0,"true_negatives":1,)"));
  CHECK(Has(json, R"("operating_points_of_model":true,)"));
  CHECK(Has(json, R"("worst_mistakes":{"missed":[{"image":3,"label":"malignant",)"
                  R"("probabilities":[0.125,0.5,0.375]}],"false_alarms":[]},)"));
  CHECK(json.ends_with(R"("refused":[{"image":4,"code":"blank","message":"the picture is blank"}],)"
                       R"("not_evaluated":[{"image":5,"code":"image_empty",)"
                       R"("message":"the file is empty"}]})"));
}

TEST_CASE(
    "without operating points one half of the probability is judged, and files may be named") {
  auto summary = Summarise(Set(), {}, {}, {100, 1});
  REQUIRE(summary.ok());
  CHECK(!summary->own_points);
  CHECK(!summary->model);
  summary->names = true;
  const std::string json = SummaryJson(*summary);
  CHECK(Has(json, R"({"name":"one half","label":"malignant","threshold":0.5,"true_positives":1,)"));
  CHECK(Has(json, R"("missed":[{"image":3,"file":"3.png",)"));
  CHECK(Has(json, R"("refused":[{"image":4,"file":"4.png","code":"blank",)"));
  CHECK(!Has(json, R"("model":)"));
}

TEST_CASE("one class alone has no ROC curve, and no sensitivity or no specificity") {
  LabelledSet set = Set();
  set.images.erase(set.images.begin());  // the benign one
  const auto summary = Summarise(set, {}, {}, {100, 1});
  REQUIRE(summary.ok());
  const std::string json = SummaryJson(*summary);
  CHECK(Has(json, R"("against_rest":null,)"));
  CHECK(Has(json, R"("roc":null,)"));
  CHECK(Has(json, R"("specificity":null,"cost":[])"));
  CHECK(!Has(json, R"("sensitivity":null)"));
}

TEST_CASE("what there is nothing to say about") {
  LabelledSet set = Set();
  set.images.clear();
  CHECK(Summarise(set, {}, {}, {}).error().detail ==
        "no image has an answer: there is nothing to evaluate; image 4 (4.png): the picture is "
        "blank");
  set.labels = {"a", "b", "c"};
  CHECK(Summarise(set, {}, {}, {}).error().detail ==
        "none of the labels is 'malignant', and that is what the figures are about");
}
