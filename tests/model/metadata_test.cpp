#include "model/metadata.h"

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <string>

#include "metadata_generated.h"
#include "model/sample_models.h"

using namespace echolens;
namespace fb = metadata_format;

namespace {

constexpr auto kFloat32 = DataType::kFloat32;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr auto kInvalid = ErrorCode::kModelInvalid;
constexpr auto kUnsupported = ErrorCode::kModelUnsupported;
constexpr auto kCorrupt = ErrorCode::kModelCorrupt;

template <class T>
void CheckError(const Result<T>& result, ErrorCode code, const std::string& detail) {
  CAPTURE(detail);
  REQUIRE(!result.ok());
  CHECK(ErrorName(result.error().code) == ErrorName(code));
  CHECK(result.error().detail == detail);
}

// The packed table, taken apart, changed and put together.
std::vector<std::uint8_t> Changed(const std::function<void(fb::MetadataT&)>& change,
                                  const Metadata& metadata = SmallMetadata(kFloat32)) {
  const auto packed = PackMetadata(metadata);
  fb::MetadataT table;
  fb::GetMetadata(packed.data())->UnPackTo(&table);
  change(table);
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(fb::Metadata::Pack(builder, &table), fb::MetadataIdentifier());
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace

TEST_CASE("metadata come back as they were packed") {
  Metadata metadata = SmallMetadata(DataType::kInt8);
  metadata.name = "Brüste 乳房 😀";
  metadata.preprocessing = {320, 256, 3, Fit::kStretch, 17, {1, 2, 3}, {0.5f, -1, 2}};
  metadata.golden = GoldenCase{0xFFFFFFFF, {{1, 2, 3}, {}, {4}}};
  const Result<Metadata> back = UnpackMetadata(PackMetadata(metadata));
  REQUIRE(back.ok());
  CHECK(back->name == metadata.name);
  CHECK(back->version == metadata.version);
  CHECK(back->labels == metadata.labels);
  CHECK(back->preprocessing.width == 320);
  CHECK(back->preprocessing.height == 256);
  CHECK(back->preprocessing.channels == 3);
  CHECK(back->preprocessing.fit == Fit::kStretch);
  CHECK(back->preprocessing.padding_value == 17);
  CHECK(back->preprocessing.mean == metadata.preprocessing.mean);
  CHECK(back->preprocessing.scale == metadata.preprocessing.scale);
  CHECK(back->head.kind == HeadKind::kSoftmax);
  CHECK(back->head.logits == metadata.head.logits);
  CHECK(back->head.temperature == metadata.head.temperature);
  REQUIRE(back->golden);
  CHECK(back->golden->seed == metadata.golden->seed);
  CHECK(back->golden->outputs == metadata.golden->outputs);

  metadata.golden.reset();
  const Result<Metadata> without = UnpackMetadata(PackMetadata(metadata));
  REQUIRE(without.ok());
  CHECK(!without->golden);
}

TEST_CASE("what is optional comes back as it was packed") {
  const Result<Metadata> plain = UnpackMetadata(PackMetadata(SmallMetadata(kFloat32)));
  REQUIRE(plain.ok());
  CHECK(plain->operating_points.empty());
  CHECK(!plain->conformal);
  CHECK(!plain->gate);
  CHECK(plain->views.empty());
  CHECK(!plain->activation_map);
  CHECK(plain->lesion_map.empty());
  CHECK(plain->card.empty());
  CHECK(plain->figures.empty());

  const Metadata metadata = FullMetadata();
  const Result<Metadata> back = UnpackMetadata(PackMetadata(metadata));
  REQUIRE(back.ok());
  CHECK(back->head.kind == HeadKind::kFactored);
  CHECK(back->head.malignant_temperature == 0.75f);
  REQUIRE(back->operating_points.size() == 2);
  const OperatingPoint& point = back->operating_points[0];
  CHECK(point.name == "rule-out");
  CHECK(point.label == 2);
  CHECK(point.threshold == 0.125f);
  REQUIRE(point.sensitivity);
  CHECK(point.sensitivity->value == 0.96f);
  CHECK(point.sensitivity->lower == 0.94f);
  CHECK(point.sensitivity->upper == 0.97f);
  REQUIRE(point.specificity);
  CHECK(point.specificity->value == 0.5f);
  CHECK(point.data == "BUSI, out of fold");
  CHECK(!back->operating_points[1].sensitivity);
  CHECK(!back->operating_points[1].specificity);
  CHECK(back->operating_points[1].data.empty());
  REQUIRE(back->conformal);
  CHECK(back->conformal->coverage == 0.9f);
  CHECK(back->conformal->quantiles == metadata.conformal->quantiles);
  REQUIRE(back->gate);
  CHECK(back->gate->features == "pooled");
  REQUIRE(back->gate->centres.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const GateCentre& read = back->gate->centres[i];
    CHECK(read.mean == metadata.gate->centres[i].mean);
    CHECK(read.inverse_covariance == metadata.gate->centres[i].inverse_covariance);
  }
  CHECK(back->gate->threshold == 9.5f);
  CHECK(back->views == std::vector{View::kIdentity, View::kMirror});
  REQUIRE(back->activation_map);
  CHECK(back->activation_map->features == "features");
  CHECK(back->activation_map->weights == "logits/kernel");
  CHECK(back->lesion_map == "lesion");
  CHECK(back->card == "# Small\n\nFür Tests.");
  REQUIRE(back->figures.size() == 1);
  CHECK(back->figures[0].name == "AUC");
  CHECK(back->figures[0].value.lower == 0.9f);
  CHECK(back->figures[0].data == "BUSI");
  CHECK(PackMetadata(*back) == PackMetadata(metadata));

  Metadata closer = FullMetadata();
  closer.views = {View::kIdentity, View::kCloseUp, View::kCloseUpMirror};
  const Result<Metadata> near = UnpackMetadata(PackMetadata(closer));
  REQUIRE(near.ok());
  CHECK(near->views == closer.views);
}

TEST_CASE("a wrong field of what is optional is named") {
  struct Wrong {
    std::function<void(fb::MetadataT&)> change;
    std::string detail;
  };
  const Wrong table[] = {
      {[](auto& m) { m.head->malignant_temperature = -1; },
       "head.malignant_temperature is -1, expected a positive number"},
      {[](auto& m) {
         for (int i = 0; i < 16; ++i) {
           m.operating_points.push_back(std::make_unique<fb::OperatingPointT>());
         }
       },
       "operating points are 18, expected up to 16"},
      {[](auto& m) { m.operating_points[0]->name = ""; },
       "the name of an operating point is missing"},
      {[](auto& m) { m.operating_points[1]->name = "rule-out"; },
       "operating point 'rule-out' twice"},
      {[](auto& m) { m.operating_points[0]->label = 3; },
       "operating point 'rule-out' is about label 3 of 3"},
      {[](auto& m) { m.operating_points[0]->threshold = 1.5f; },
       "operating point 'rule-out' has the threshold 1.5, expected a probability"},
      {[](auto& m) { m.operating_points[0]->threshold = kNan; },
       "operating point 'rule-out' has the threshold nan, expected a probability"},
      {[](auto& m) { m.operating_points[0]->sensitivity->lower = 0.97f; },
       "operating point 'rule-out': sensitivity is 0.96, which is not within its interval 0.97 to "
       "0.97"},
      {[](auto& m) { m.operating_points[0]->specificity->upper = 1.25f; },
       "operating point 'rule-out': specificity goes from 0.25 to 1.25, expected within 0 and 1"},
      {[](auto& m) { m.operating_points[0]->data = "a\tb"; },
       "operating point 'rule-out': data is no printable UTF-8: 'a?b'"},
      {[](auto& m) { m.conformal->coverage = 1; },
       "conformal.coverage is 1, expected between 0 and 1"},
      {[](auto& m) { m.conformal->quantiles.pop_back(); },
       "conformal.quantiles has 2 numbers, expected one a label, 3"},
      {[](auto& m) { m.conformal->quantiles[1] = kNan; },
       "conformal.quantiles holds nan, expected 0 to 1"},
      {[](auto& m) { m.gate->features = ""; }, "gate.features is missing"},
      {[](auto& m) { m.gate->centres.clear(); }, "gate.centres is missing"},
      {[](auto& m) { m.gate->centres[1]->mean.clear(); }, "gate.centres[1].mean is missing"},
      {[](auto& m) { m.gate->centres[0]->mean[0] = kNan; },
       "gate.centres[0].mean holds a number that is not finite"},
      {[](auto& m) { m.gate->centres[0]->inverse_covariance.pop_back(); },
       "gate.centres[0].inverse_covariance has 3 numbers, expected 2 (a diagonal) or 4"},
      {[](auto& m) { m.gate->threshold = 0; }, "gate.threshold is 0, expected a positive number"},
      {[](auto& m) { m.views.push_back(fb::View::MIRROR); }, "view 1 twice"},
      {[](auto& m) { m.activation_map->features = ""; }, "activation_map.features is missing"},
      {[](auto& m) { m.activation_map->weights = ""; }, "activation_map.weights is missing"},
      {[](auto& m) { m.lesion_map = "\x01"; }, "lesion_map is no printable UTF-8: '?'"},
      {[](auto& m) { m.card = "\x7F"; }, "card is no printable UTF-8"},
      {[](auto& m) { m.card = std::string((1 << 20) + 1, 'x'); },
       "card has 1048577 bytes, expected up to 1048576"},
      {[](auto& m) { m.figures[0]->name = ""; }, "the name of a figure is missing"},
      {[](auto& m) { m.figures[0]->value.reset(); }, "figure 'AUC' has no value"},
      {[](auto& m) { m.figures[0]->value->value = kNan; },
       "figure 'AUC' holds a number that is not finite"},
  };
  for (const Wrong& wrong : table) {
    CheckError(UnpackMetadata(Changed(wrong.change, FullMetadata())), kInvalid,
               "echolens metadata: " + wrong.detail);
  }
  const auto later = [](fb::MetadataT& m) { m.views[0] = static_cast<fb::View>(5); };
  CheckError(UnpackMetadata(Changed(later, FullMetadata())), kUnsupported,
             "echolens metadata: a view is 5, expected 0 (identity) … 3 (close_up_mirror); a later "
             "echolens may know it");
}

TEST_CASE("a wrong field of the metadata is named") {
  struct Wrong {
    std::function<void(fb::MetadataT&)> change;
    ErrorCode code;
    std::string detail;
  };
  const Wrong table[] = {
      {[](auto& m) { m.format_version = 2; }, kUnsupported,
       "the model was made for a later echolens: its metadata are of format 2, this one reads "
       "format 1"},
      {[](auto& m) { m.format_version = 0; }, kInvalid,
       "echolens metadata: format_version is missing"},
      {[](auto& m) { m.name = ""; }, kInvalid, "echolens metadata: name is missing"},
      {[](auto& m) { m.name = std::string(201, 'x'); }, kInvalid,
       "echolens metadata: name has 201 bytes, expected up to 200"},
      {[](auto& m) { m.name = "a\nb"; }, kInvalid,
       "echolens metadata: name is no printable UTF-8: 'a?b'"},
      {[](auto& m) { m.version = ""; }, kInvalid, "echolens metadata: version is missing"},
      {[](auto& m) { m.labels.clear(); }, kInvalid,
       "echolens metadata: labels are 0, expected 2 to 1000"},
      {[](auto& m) { m.labels.resize(1); }, kInvalid,
       "echolens metadata: labels are 1, expected 2 to 1000"},
      {[](auto& m) { m.labels.resize(1001); }, kInvalid,
       "echolens metadata: labels are 1001, expected 2 to 1000"},
      {[](auto& m) { m.labels[1] = ""; }, kInvalid, "echolens metadata: label 1 is missing"},
      {[](auto& m) { m.labels[1] = m.labels[0]; }, kInvalid,
       "echolens metadata: label 'normal' twice"},
      {[](auto& m) { m.preprocessing.reset(); }, kInvalid,
       "echolens metadata: preprocessing is missing"},
      {[](auto& m) { m.preprocessing->width = 0; }, kInvalid,
       "echolens metadata: preprocessing.width and height are 0 and 6, expected 1 to 4096"},
      {[](auto& m) { m.preprocessing->height = 4097; }, kInvalid,
       "echolens metadata: preprocessing.width and height are 6 and 4097, expected 1 to 4096"},
      {[](auto& m) { m.preprocessing->channels = 2; }, kInvalid,
       "echolens metadata: preprocessing.channels is 2, expected 1 or 3"},
      {[](auto& m) { m.preprocessing->fit = static_cast<fb::Fit>(9); }, kInvalid,
       "echolens metadata: preprocessing.fit is 9, expected 0 (letterbox) or 1 (stretch)"},
      {[](auto& m) { m.preprocessing->mean.clear(); }, kInvalid,
       "echolens metadata: preprocessing.mean has 0 numbers, expected one a channel, 1"},
      {[](auto& m) { m.preprocessing->mean = {kNan}; }, kInvalid,
       "echolens metadata: preprocessing.mean holds a number that is not finite"},
      {[](auto& m) { m.preprocessing->scale = {1, 1, 1}; }, kInvalid,
       "echolens metadata: preprocessing.scale has 3 numbers, expected one a channel, 1"},
      {[](auto& m) { m.preprocessing->scale = {0}; }, kInvalid,
       "echolens metadata: preprocessing.scale is 0: the network would see nothing"},
      {[](auto& m) { m.head.reset(); }, kInvalid, "echolens metadata: head is missing"},
      {[](auto& m) { m.head->kind = static_cast<fb::HeadKind>(7); }, kUnsupported,
       "echolens metadata: head.kind is 7, expected 0 (softmax) or 1 (factored); a later echolens "
       "may "
       "know it"},
      {[](auto& m) { m.head->logits = ""; }, kInvalid, "echolens metadata: head.logits is missing"},
      {[](auto& m) { m.head->temperature = 0; }, kInvalid,
       "echolens metadata: head.temperature is 0, expected a positive number"},
      {[](auto& m) { m.head->temperature = kNan; }, kInvalid,
       "echolens metadata: head.temperature is nan, expected a positive number"},
      {[](auto& m) { m.golden->outputs.clear(); }, kInvalid,
       "echolens metadata: golden.outputs are 0, expected 1 to 64"},
  };
  for (const Wrong& wrong : table)
    CheckError(UnpackMetadata(Changed(wrong.change)), wrong.code, wrong.detail);
}

TEST_CASE("text of the metadata is printable UTF-8") {
  const auto reads = [](const std::string& name) {
    return UnpackMetadata(Changed([&](fb::MetadataT& m) { m.name = name; })).ok();
  };
  for (const char* good : {"plain", "ü", "\xC2\xA0", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEF\xBF\xBD", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CHECK(reads(good));
  }
  for (const char* bad :
       {"tab\t", "\x7F", "\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xC2", "\xC2x", "\xC2\x80",
        "\xC2\x9F", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xE2\x82", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    CHECK(!reads(bad));
  }
}

TEST_CASE("a damaged table is refused") {
  const auto packed = PackMetadata(SmallMetadata(kFloat32));
  const std::string damaged = "the model's echolens metadata are damaged";
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const Result<Metadata> result = UnpackMetadata(std::span(packed).first(size));
    if (!result.ok()) continue;
    CHECK(PackMetadata(*result) == packed);  // only padding was missing
  }
  CheckError(UnpackMetadata({}), kCorrupt, damaged);
  CheckError(UnpackMetadata(std::span(packed).first(packed.size() / 2)), kCorrupt, damaged);
  auto other = packed;
  other[4] ^= 1;
  CheckError(UnpackMetadata(other), kCorrupt, damaged);
}

TEST_CASE("metadata are read at any address") {
  const auto packed = PackMetadata(SmallMetadata(kFloat32));
  for (std::size_t shift = 0; shift < 8; ++shift) {
    std::vector<std::uint8_t> shifted(shift);
    shifted.insert(shifted.end(), packed.begin(), packed.end());
    CHECK(UnpackMetadata(std::span(shifted).subspan(shift)).ok());
  }
}

TEST_CASE("metadata that do not describe the network are named") {
  struct Wrong {
    std::function<void(Metadata&, Graph&)> change;
    std::string detail;
  };
  const Wrong table[] = {
      {[](Metadata&, Graph& g) { g.inputs.push_back(1); },
       "echolens metadata: the network has 2 inputs, expected one picture"},
      {[](Metadata& m, Graph&) { m.preprocessing.width = 7; },
       "echolens metadata: the network's input is [1, 6, 6, 1], expected [1, 6, 7, 1] as "
       "preprocessing says"},
      {[](Metadata& m, Graph&) { m.head.logits = "scores"; },
       "echolens metadata: head.logits is 'scores', expected the name of one output"},
      {[](Metadata&, Graph& g) { g.outputs = {7, 7}; },
       "echolens metadata: head.logits is 'logits', expected the name of one output"},
      {[](Metadata& m, Graph&) { m.labels.pop_back(); },
       "echolens metadata: the logits are [1, 3], expected [1, 2], one a label"},
      {[](Metadata& m, Graph&) { m.golden->outputs.emplace_back(); },
       "echolens metadata: golden.outputs are 2, expected one a network output, 1"},
      {[](Metadata& m, Graph&) { m.golden->outputs[0].pop_back(); },
       "echolens metadata: golden output 0 has 11 bytes, expected 12"},
  };
  CHECK(CheckMetadata(SmallMetadata(kFloat32), SmallNetwork(kFloat32)).ok());
  for (const Wrong& wrong : table) {
    Metadata metadata = SmallMetadata(kFloat32);
    Graph graph = SmallNetwork(kFloat32);
    wrong.change(metadata, graph);
    CheckError(CheckMetadata(metadata, graph), kInvalid, wrong.detail);
  }
}

TEST_CASE("optional metadata that do not describe the network are named") {
  struct Wrong {
    std::function<void(Metadata&, Graph&)> change;
    std::string detail;
  };
  const Wrong table[] = {
      {[](Metadata& m, Graph&) { m.labels.pop_back(); },
       "labels are 2, expected 3 for a factored head: no lesion, benign, malignant"},
      {[](Metadata&, Graph& g) { g.tensors[7].shape = {1, 3}; },
       "the logits are [1, 3], expected [1, 2] for a factored head"},
      {[](Metadata& m, Graph&) { m.gate->features = "deep"; },
       "gate.features is 'deep', expected the name of one output"},
      {[](Metadata& m, Graph&) { m.gate->centres[1].mean.pop_back(); },
       "gate.features is [1, 2], expected [1, 1], one a number of gate.centres[1].mean"},
      {[](Metadata& m, Graph&) { m.activation_map->features = "pooled"; },
       "activation_map.features is [1, 2], expected four axes"},
      {[](Metadata& m, Graph&) { m.activation_map->weights = "logits"; },
       "activation_map.weights is 'logits', expected the name of a constant"},
      {[](Metadata& m, Graph&) { m.activation_map->weights = "logits/bias"; },
       "activation_map.weights is [2], expected [2, 2], logits by features"},
      {[](Metadata&, Graph& g) { g.tensors[3].shape = {1, 2048, 2049, 2}; },
       "activation_map.features is [1, 2048, 2049, 2], expected [1, height, width, n] of up to "
       "4194304 values"},
      {[](Metadata&, Graph& g) { g.tensors[10].shape = {1, 1025, 1024, 1}; },
       "lesion_map is [1, 1025, 1024, 1], expected up to 1048576 places"},
      {[](Metadata& m, Graph&) { m.lesion_map = "outline"; },
       "lesion_map is 'outline', expected the name of one output"},
      {[](Metadata& m, Graph&) { m.lesion_map = "features"; },
       "lesion_map is [1, 3, 3, 2], expected [1, height, width, 1]"},
      {[](Metadata& m, Graph&) {
         m.views = {View::kIdentity, View::kCloseUp};
         m.lesion_map = "";
       },
       "views: 'close_up' needs a lesion_map, which is missing"},
      {[](Metadata& m, Graph&) { m.views = {View::kCloseUpMirror}; },
       "views: expected the whole picture (identity, mirror) first and close-ups last"},
      {[](Metadata& m, Graph&) { m.views = {View::kIdentity, View::kCloseUp, View::kMirror}; },
       "views: expected the whole picture (identity, mirror) first and close-ups last"},
  };
  CHECK(CheckMetadata(FullMetadata(), FullNetwork()).ok());
  for (const Wrong& wrong : table) {
    Metadata metadata = FullMetadata();
    Graph graph = FullNetwork();
    wrong.change(metadata, graph);
    CheckError(CheckMetadata(metadata, graph), kInvalid, "echolens metadata: " + wrong.detail);
  }
}
