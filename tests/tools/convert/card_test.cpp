#include "convert/card.h"

#include <doctest/doctest.h>

#include "tools/program.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

constexpr char kCard[] = R"({
  "name": "lite", "version": "2.1", "labels": ["normal", "benign", "malignant"],
  "preprocessing": {"fit": "stretch", "padding_value": 7, "channels": 3,
                    "mean": [1, 2.5, -3], "scale": 0.5},
  "head": {"kind": "factored", "logits": "scores", "temperature": 1.25,
           "malignant_temperature": 0.75},
  "operating_points": [
    {"name": "rule-out", "label": "malignant", "threshold": 0.125,
     "sensitivity": {"value": 0.96, "lower": 0.94, "upper": 0.97},
     "specificity": {"value": 0.5, "lower": 0.25, "upper": 0.75}, "data": "BUSI"},
    {"name": "balanced", "label": "malignant", "threshold": 0.5}],
  "conformal": {"coverage": 0.9, "quantiles": [0.5, 0.75, 1]},
  "gate": {"features": "pooled", "centres": [{"mean": [1, 2], "inverse_covariance": [1, 0, 0, 1]}],
           "threshold": 9.5},
  "views": ["identity", "mirror"],
  "lesion_map": "lesion",
  "text": "# Lite\n\nA model.",
  "figures": [{"name": "AUC", "value": 0.95, "lower": 0.9, "upper": 1, "data": "BUSI"}]
})";

std::string Failure(const Status& status) {
  REQUIRE(!status.ok());
  CHECK(ErrorName(status.error().code) == "invalid_argument");
  return status.error().detail;
}

std::string CardFailure(std::string_view json) {
  Metadata metadata;
  metadata.labels = {"normal", "benign", "malignant"};
  return Failure(ReadCard(json, "'card.json'", metadata));
}

}  // namespace

TEST_CASE("a card fills the metadata") {
  Metadata metadata;
  REQUIRE(ReadCard(kCard, "'card.json'", metadata).ok());
  CHECK(metadata.name == "lite");
  CHECK(metadata.version == "2.1");
  CHECK(metadata.labels == std::vector<std::string>{"normal", "benign", "malignant"});
  CHECK(metadata.preprocessing.fit == Fit::kStretch);
  CHECK(metadata.preprocessing.padding_value == 7);
  CHECK(metadata.preprocessing.channels == 3);
  CHECK(metadata.preprocessing.mean == std::vector<float>{1, 2.5F, -3});
  CHECK(metadata.preprocessing.scale == std::vector<float>{0.5F, 0.5F, 0.5F});
  CHECK(metadata.head.kind == HeadKind::kFactored);
  CHECK(metadata.head.logits == "scores");
  CHECK(metadata.head.temperature == 1.25F);
  CHECK(metadata.head.malignant_temperature == 0.75F);
  REQUIRE(metadata.operating_points.size() == 2);
  CHECK(metadata.operating_points[0].name == "rule-out");
  CHECK(metadata.operating_points[0].label == 2);
  CHECK(metadata.operating_points[0].threshold == 0.125F);
  REQUIRE(metadata.operating_points[0].sensitivity);
  CHECK(metadata.operating_points[0].sensitivity->lower == 0.94F);
  CHECK(metadata.operating_points[0].specificity->upper == 0.75F);
  CHECK(metadata.operating_points[0].data == "BUSI");
  CHECK(!metadata.operating_points[1].sensitivity);
  REQUIRE(metadata.conformal);
  CHECK(metadata.conformal->quantiles == std::vector<float>{0.5F, 0.75F, 1});
  REQUIRE(metadata.gate);
  CHECK(metadata.gate->features == "pooled");
  REQUIRE(metadata.gate->centres.size() == 1);
  CHECK(metadata.gate->centres[0].inverse_covariance == std::vector<float>{1, 0, 0, 1});
  CHECK(metadata.gate->threshold == 9.5F);
  CHECK(metadata.views == std::vector{View::kIdentity, View::kMirror});
  CHECK(metadata.lesion_map == "lesion");
  CHECK(metadata.card == "# Lite\n\nA model.");
  REQUIRE(metadata.figures.size() == 1);
  CHECK(metadata.figures[0].value.upper == 1);
}

TEST_CASE("labels that are there already go before the card's") {
  Metadata metadata;
  metadata.labels = {"healthy", "ill"};
  REQUIRE(ReadCard(R"({"labels": ["a", "b", "c"]})", "'card.json'", metadata).ok());
  CHECK(metadata.labels == std::vector<std::string>{"healthy", "ill"});
}

TEST_CASE("what a card leaves out stays") {
  Metadata metadata;
  metadata.name = "before";
  metadata.preprocessing.mean = {3};
  metadata.operating_points = {{"balanced", 0, 0.5F, {}, {}, ""}};
  REQUIRE(ReadCard("{}", "'card.json'", metadata).ok());
  CHECK(metadata.name == "before");
  CHECK(metadata.preprocessing.mean == std::vector<float>{3});
  CHECK(metadata.operating_points.size() == 1);
}

TEST_CASE("a wrong card is named with its place") {
  struct Wrong {
    const char* json;
    const char* detail;
  };
  const Wrong table[] = {
      {"", "'card.json' is no JSON"},
      {"{\"name\": ", "'card.json' is no JSON"},
      {"[]", "'card.json' is an array, expected an object"},
      {"null", "'card.json' is null, expected an object"},
      {R"({"colour": 1})",
       "'card.json' has the unknown key 'colour'; known are name, version, labels, preprocessing, "
       "head, operating_points, conformal, gate, views, lesion_map, text, figures"},
      {R"({"name": 7})", "'card.json'.name is a number, expected a string"},
      {R"({"labels": "a,b"})", "'card.json'.labels is a string, expected an array"},
      {R"({"head": {"kind": "sigmoid"}})",
       "'card.json'.head.kind is 'sigmoid', expected one of softmax, factored"},
      {R"({"head": {"temperature": "hot"}})",
       "'card.json'.head.temperature is a string, expected a number"},
      {R"({"head": {"bias": 1}})",
       "'card.json'.head has the unknown key 'bias'; known are kind, logits, temperature, "
       "malignant_temperature"},
      {R"({"preprocessing": {"fit": "crop"}})",
       "'card.json'.preprocessing.fit is 'crop', expected one of letterbox, stretch"},
      {R"({"preprocessing": {"padding_value": 256}})",
       "'card.json'.preprocessing.padding_value is 256, expected a whole number from 0 to 255"},
      {R"({"preprocessing": {"padding_value": 1.5}})",
       "'card.json'.preprocessing.padding_value is 1.5, expected a whole number from 0 to 255"},
      {R"({"preprocessing": {"mean": [1, "x"]}})",
       "'card.json'.preprocessing.mean[1] is a string, expected a number"},
      {R"({"operating_points": [{"name": "a"}]})", "'card.json'.operating_points[0] lacks label"},
      {R"({"operating_points": [{"name": "a", "label": "cyst"}]})",
       "'card.json'.operating_points[0].label is 'cyst', expected one of normal, benign, "
       "malignant"},
      {R"({"operating_points": [{"name": "a", "label": "normal", "threshold": 1,
           "sensitivity": {"value": 1}}]})",
       "'card.json'.operating_points[0].sensitivity lacks lower"},
      {R"({"conformal": {"coverage": 0.9}})", "'card.json'.conformal lacks quantiles"},
      {R"({"gate": true})", "'card.json'.gate is a boolean, expected an object"},
      {R"({"views": ["upside-down"]})",
       "'card.json'.views[0] is 'upside-down', expected one of identity, mirror, close_up, "
       "close_up_mirror"},
      {R"({"figures": [{"name": "AUC"}]})", "'card.json'.figures[0] lacks value"},
  };
  for (const Wrong& wrong : table) CHECK(CardFailure(wrong.json) == wrong.detail);
}

TEST_CASE("preprocessing alone: a number counts for every channel") {
  Preprocessing preprocessing;
  preprocessing.channels = 3;
  REQUIRE(ReadPreprocessing(R"({"mean": 127.5, "scale": [1, 2, 3]})", "--preprocess", preprocessing)
              .ok());
  CHECK(preprocessing.mean == std::vector<float>{127.5F, 127.5F, 127.5F});
  CHECK(preprocessing.scale == std::vector<float>{1, 2, 3});
  CHECK(preprocessing.fit == Fit::kLetterbox);
  CHECK(Failure(ReadPreprocessing(R"({"size": 96})", "--preprocess", preprocessing)) ==
        "--preprocess has the unknown key 'size'; known are fit, padding_value, channels, mean, "
        "scale");
}

TEST_CASE("the card that docs/converting.md shows is one") {
  const std::vector<std::uint8_t> bytes = ReadBytes(TEST_DATA "/../../docs/converting.md");
  const std::string page(bytes.begin(), bytes.end());
  const std::size_t begin = page.find("```json\n", page.find("### The card")) + 8;
  const std::string json = page.substr(begin, page.find("```", begin) - begin);
  Metadata metadata;
  metadata.preprocessing.width = metadata.preprocessing.height = 224;
  const Status read = ReadCard(json, "the card", metadata);
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().detail));
  const Result<Metadata> checked = UnpackMetadata(PackMetadata(metadata));
  REQUIRE_MESSAGE(checked.ok(), (checked.ok() ? "" : checked.error().detail));
  CHECK(checked->figures.size() == 1);
}
