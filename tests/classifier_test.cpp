#include "classifier.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "classifier_samples.h"
#include "model/sha256.h"
#include "reading/interpret.h"
#include "support/files.h"

namespace echolens {
namespace {

TEST_CASE("a record holds what the engine's parts give") {
  for (const DataType type : kTypes) {
    CAPTURE(TypeName(type));
    const ModelFile model = HonestModel(type);
    const Metadata& metadata = *model.metadata;
    const Bytes model_bytes = WriteTflite(model);
    const Bytes image = RandomBmp(140, 123, 1);
    Result<Classifier> classifier = Classifier::Load(model_bytes);
    REQUIRE(classifier.ok());
    CHECK(classifier->metadata().name == "small");
    CHECK(classifier->sha256() == Sha256Hex(model_bytes));
    const Result<Record> record = classifier->Classify(image);
    REQUIRE(record.ok());

    CHECK(record->image.sha256 == Sha256Hex(image));
    CHECK(record->image.width == 140);
    CHECK(record->image.height == 123);
    CHECK(record->image.format == "bmp");
    CHECK(record->model.name == "small");
    CHECK(record->model.version == "1.0");
    CHECK(record->model.sha256 == Sha256Hex(model_bytes));
    CHECK(record->region.x == 0);
    CHECK(record->region.y == 0);
    CHECK(record->region.width == 140);
    CHECK(record->region.height == 123);
    CHECK(record->warnings.empty());
    CHECK(record->operating_point == "largest probability");

    Result<Engine> engine = Engine::Create(model.graph);
    REQUIRE(engine.ok());
    const Result<DecodedImage> decoded = DecodeImage(image);
    REQUIRE(decoded.ok());
    const Result<NetworkImage> network = Preprocess(decoded->grey, metadata.preprocessing);
    REQUIRE(network.ok());
    REQUIRE(FillInput(network->image, metadata.preprocessing, engine->input(0)).ok());
    REQUIRE(engine->Run().ok());
    const auto expected = Probabilities(RealValues(engine->output(0)), 1.25);
    REQUIRE(record->probabilities.size() == expected.size());
    std::size_t largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(record->probabilities[i].label == metadata.labels[i]);
      CHECK(record->probabilities[i].probability == expected[i]);
      if (expected[i] > expected[largest]) largest = i;
    }
    CHECK(record->call == metadata.labels[largest]);
    const Timings& timings = record->timings;
    CHECK(timings.total >= timings.decode + timings.preprocess + timings.inference);
  }
}

TEST_CASE("probabilities are averaged over the views") {
  const Bytes image = RandomBmp(124, 124, 3);
  const auto probabilities = [&](std::vector<View> views, const Bytes& picture) {
    Classifier classifier = Loaded(FullModel([&](Metadata& metadata) {
      metadata.gate.reset();
      metadata.views = std::move(views);
    }));
    const Result<Record> record = classifier.Classify(picture);
    REQUIRE(record.ok());
    std::vector<double> values;
    for (const ClassProbability& entry : record->probabilities) values.push_back(entry.probability);
    return values;
  };
  const auto none = probabilities({}, image);
  const auto identity = probabilities({View::kIdentity}, image);
  const auto mirror = probabilities({View::kMirror}, image);
  const auto both = probabilities({View::kIdentity, View::kMirror}, image);
  CHECK(none == identity);
  CHECK(identity != mirror);
  for (std::size_t i = 0; i < both.size(); ++i) CHECK(both[i] == (identity[i] + mirror[i]) / 2);
}

TEST_CASE("the call is that of the operating point, and every point is in the record") {
  const auto record = [](const ModelFile& model, const std::string& name) {
    Classifier classifier = Loaded(model);
    ClassifyOptions options;
    options.operating_point = name;
    Result<Record> read = classifier.Classify(RandomBmp(124, 124, 3), options);
    REQUIRE(read.ok());
    return *std::move(read);
  };
  const ModelFile model = FullModel([](Metadata& metadata) {
    metadata.gate.reset();
    metadata.operating_points[0].threshold = 0;
    metadata.operating_points[1].threshold = 1;
  });
  const Record first = record(model, ""), named = record(model, "rule-out");
  CHECK(Reproducible(first) == Reproducible(named));
  CHECK(first.operating_point == "rule-out");
  CHECK(first.call == "malignant");
  const Record other = record(model, "balanced");
  CHECK(other.operating_point == "balanced");
  const auto& p = other.probabilities;
  CHECK(other.call == (p[0].probability >= p[1].probability ? "normal" : "benign"));
  for (const Record& each : {first, other}) {
    REQUIRE(each.operating_points.size() == 2);
    CHECK(each.operating_points[0].point.name == "rule-out");
    CHECK(each.operating_points[0].label == "malignant");
    CHECK(each.operating_points[0].call == first.call);
    CHECK(each.operating_points[1].point.name == "balanced");
    CHECK(each.operating_points[1].call == other.call);
  }

  ClassifyOptions unknown;
  unknown.operating_point = "x";
  CheckError(Loaded(model).Classify({}, unknown), ErrorCode::kInvalidArgument,
             "the model has no operating point 'x': it has 'rule-out' and 'balanced'");
  CheckError(Loaded(HonestModel(DataType::kInt8)).Classify({}, unknown),
             ErrorCode::kInvalidArgument, "the model has no operating point 'x': it has none");
}

TEST_CASE("the conformal set is in the record, with a word where it is not one class") {
  const auto read = [](std::vector<float> quantiles) {
    Classifier classifier = Loaded(FullModel([&](Metadata& metadata) {
      metadata.gate.reset();
      metadata.conformal = Conformal{0.9F, quantiles};
    }));
    Result<Record> record = classifier.Classify(RandomBmp(124, 124, 3));
    REQUIRE(record.ok());
    REQUIRE(record->set);
    return *std::move(record);
  };
  using Labels = std::vector<std::string>;
  const Record all = read({1, 1, 1}), one = read({0, 1, 0}), none = read({0, 0, 0});
  CHECK(*all.set == Labels{"normal", "benign", "malignant"});
  REQUIRE(all.warnings.size() == 1);
  CHECK(all.warnings[0].starts_with("low confidence: the scores do not tell normal, benign and "));
  CHECK(*one.set == Labels{"benign"});
  CHECK(one.warnings.empty());
  CHECK(none.set->empty());
  REQUIRE(none.warnings.size() == 1);
  CHECK(none.warnings[0].starts_with("low confidence: no class is left "));
  Classifier without = Loaded(HonestModel(DataType::kInt8));
  const Result<Record> record = without.Classify(RandomBmp(124, 124, 3));
  REQUIRE(record.ok());
  CHECK(!record->set);
}

TEST_CASE("what lies beyond the gate is refused") {
  const Bytes image = RandomBmp(124, 124, 3);
  Classifier wide = Loaded(FullModel([](Metadata& metadata) { metadata.gate->threshold = 1e6F; }));
  CHECK(wide.Classify(image).ok());
  Classifier narrow = Loaded(FullModel([](Metadata& metadata) {
    metadata.gate->centres = {{{100, 100}, {1, 1}}};  // far from all that a RELU6 gives
    metadata.gate->threshold = 17000;
  }));
  const Result<Record> record = narrow.Classify(image);
  REQUIRE(record.ok());
  REQUIRE(record->refused);
  CHECK(RefusalName(record->refused->code) == "unlike");
  const std::string& message = record->refused->message;
  CHECK(message ==  // sqrt((94² + 94²) / 17000) = 1.02 at least, sqrt(20000 / 17000) = 1.08 at most
        "the image is unlike those that the model reads: it lies 1.1 times as far from them as one "
        "that it was made for may lie");
  CHECK(record->probabilities.empty());
  CHECK(record->call == "");
  CHECK(record->operating_points.empty());
  CHECK(!record->set);

  ClassifyOptions force;
  force.force = true;
  const Result<Record> forced = narrow.Classify(image, force);
  REQUIRE(forced.ok());
  CHECK(!forced->refused);
  REQUIRE(!forced->warnings.empty());
  CHECK(forced->warnings[0] == "refused, and answered only because that was asked for: " + message);
  const Result<Record> free = wide.Classify(image);
  REQUIRE(free.ok());
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(forced->probabilities[i].probability == free->probabilities[i].probability);
}

TEST_CASE("what the input gate refuses never reaches the network, unless forced") {
  Classifier classifier = Loaded(HonestModel(DataType::kInt8));
  const Bytes blank = Bmp(120, 120, [](int, int) { return 90; });
  const Result<Record> refused = classifier.Classify(blank);
  REQUIRE(refused.ok());
  REQUIRE(refused->refused);
  CHECK(RefusalName(refused->refused->code) == "blank");
  CHECK(refused->image.sha256 == Sha256Hex(blank));
  CHECK(refused->model.name == "small");
  CHECK(refused->probabilities.empty());
  CHECK(refused->timings.inference == 0);
  CHECK(refused->timings.total >= refused->timings.decode);
  ClassifyOptions force;
  force.force = true;
  const Result<Record> forced = classifier.Classify(blank, force);
  REQUIRE(forced.ok());
  CHECK(!forced->refused);
  CHECK(forced->probabilities.size() == 3);
  REQUIRE(forced->warnings.size() == 1);
  CHECK(
      forced->warnings[0].starts_with("refused, and answered only because that was asked for: "
                                      "the picture is nearly blank"));
}

TEST_CASE("a region is read as if it were the whole picture") {
  const Region region{150, 20, 120, 96};
  const auto grey = [](int x, int y) { return (x * x + 7 * x * y + 3 * y) % 256; };
  const Bytes image = Bmp(300, 140, grey);
  const Bytes part = Bmp(120, 96, [&](int x, int y) { return grey(x + 150, y + 20); });
  Classifier classifier = Loaded(FullModel([](Metadata& metadata) { metadata.gate.reset(); }));
  const Result<Explanation> alone = classifier.Explain(part);
  ExplainOptions options;
  options.classify.region = region;
  const Result<Explanation> inside = classifier.Explain(image, options);
  REQUIRE(alone.ok());
  REQUIRE(inside.ok());
  CHECK(inside->record.image.width == 300);
  CHECK(inside->record.region.x == 150);
  CHECK(inside->record.region.y == 20);
  CHECK(inside->record.region.width == 120);
  CHECK(inside->record.region.height == 96);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(inside->record.probabilities[i].probability ==
          alone->record.probabilities[i].probability);
  }
  CHECK(inside->picture.pixels == alone->picture.pixels);
  CHECK(inside->lesion->values == alone->lesion->values);
  CHECK(inside->lesion->geometry.PictureX(0) == alone->lesion->geometry.PictureX(0) + 150);
  CHECK(inside->lesion->geometry.PictureY(0) == alone->lesion->geometry.PictureY(0) + 20);

  options.classify.region = Region{200, 20, 120, 96};
  CheckError(classifier.Explain(image, options), ErrorCode::kInvalidArgument,
             "the region of 120×96 pixels at 200, 20 does not lie in the picture of 300×140");
}

TEST_CASE("the first of equal probabilities is called") {
  ModelFile model = SmallModel(DataType::kFloat32);
  for (const std::size_t weights : {5, 6}) {  // of the logits: all are 0
    std::ranges::fill(model.graph.tensors[weights].data, std::uint8_t{0});
  }
  model.metadata->golden = GoldenCase{7, {Bytes(12)}};
  Classifier classifier = Loaded(model);
  const Result<Record> record = classifier.Classify(RandomBmp(120, 120, 1));
  REQUIRE(record.ok());
  for (const ClassProbability& entry : record->probabilities) CHECK(entry.probability == 1 / 3.0);
  CHECK(record->call == "normal");
}

TEST_CASE("an enlarged picture has a warning") {
  Classifier classifier = Loaded(HonestModel(DataType::kInt8));
  ClassifyOptions options;
  options.limits.min_side = 1;
  options.force = true;  // too small otherwise
  const auto warnings = [&](int width, int height) {
    const Result<Record> record = classifier.Classify(RandomBmp(width, height, 1), options);
    REQUIRE(record.ok());
    const std::vector<std::string>& all = record->warnings;
    REQUIRE(!all.empty());
    return std::vector<std::string>(all.begin() + 1, all.end());  // without that of force
  };
  CHECK(warnings(6, 6).empty());
  CHECK(warnings(6, 2).empty());
  CHECK(warnings(5, 4) == std::vector<std::string>{
                              "the picture was enlarged: it has 5×4 pixels, the network looks at "
                              "6×6"});
}

TEST_CASE("a file of several pictures has a warning, in whole and in part") {
  Classifier classifier = Loaded(HonestModel(DataType::kInt8));
  ClassifyOptions options;
  options.force = true;  // too small otherwise
  const auto warned = [&](const char* name) {
    const Result<Record> record = classifier.Classify(ReadTestData(name), options);
    REQUIRE(record.ok());
    return std::ranges::count(
        record->warnings,
        "the file holds several pictures, one after another: only the first was read");
  };
  CHECK(warned("images/transparent.gif") == 0);
  CHECK(warned("images/animated.gif") == 1);
  options.region = Region{10, 10, 30, 30};
  CHECK(warned("images/transparent.gif") == 0);
  CHECK(warned("images/animated.gif") == 1);
}

TEST_CASE("what is no classifier of ours is refused") {
  ModelFile model = HonestModel(DataType::kInt8);
  model.metadata->golden.reset();
  CheckError(Classifier::Load(WriteTflite(model)), ErrorCode::kModelInvalid,
             "echolens metadata: golden is missing: a classifier needs a golden case, so that a "
             "machine that computes something else is found out");
  model.metadata->labels.pop_back();
  CheckError(Classifier::Load(WriteTflite(model)), ErrorCode::kModelInvalid,
             "echolens metadata: the logits are [1, 3], expected [1, 2], one a label");
  model.metadata.reset();
  CheckError(Classifier::Load(WriteTflite(model)), ErrorCode::kModelNoMetadata,
             "the model has no echolens metadata (labels, preprocessing, golden case): it cannot "
             "classify; 'echolens convert' makes a file that has them");
  Bytes bytes = WriteTflite(HonestModel(DataType::kInt8));
  LoadOptions little;
  little.engine.memory_limit = 100;
  const Result<Classifier> too_large = Classifier::Load(bytes, little);
  REQUIRE(!too_large.ok());
  CHECK(too_large.error().code == ErrorCode::kModelTooLarge);
  bytes.pop_back();
  const Result<Classifier> truncated = Classifier::Load(bytes);
  REQUIRE(!truncated.ok());
  CHECK(truncated.error().code == ErrorCode::kModelCorrupt);
}

TEST_CASE("another golden answer than the machine's: nothing is ever answered") {
  for (const DataType type : kTypes) {
    CAPTURE(TypeName(type));
    const ModelFile honest = HonestModel(type);
    CHECK(Classifier::Load(WriteTflite(honest)).ok());
    for (std::size_t i = 0; i < 3; ++i) {
      ModelFile model = honest;
      std::uint8_t* const element =
          model.metadata->golden->outputs[0].data() + i * ElementSize(type);
      if (type == DataType::kInt8) {
        *element ^= 1;
      } else {
        float value;
        std::memcpy(&value, element, sizeof value);
        value += 0.001F;
        std::memcpy(element, &value, sizeof value);
      }
      const Result<Classifier> refused = Classifier::Load(WriteTflite(model));
      REQUIRE(!refused.ok());
      CHECK(refused.error().code == ErrorCode::kModelSelfTestFailed);
      CHECK(refused.error().detail.starts_with(
          "this machine computes the model's golden case differently: element " +
          std::to_string(i) + " of output 'logits', expected "));
    }
  }
}

// 'picture' -> MEAN -> FULLY_CONNECTED, one weight near the largest float32: 1.9 times it is
// infinite.
ModelFile OverflowingModel() {
  ModelFile model = SmallModel(DataType::kFloat32);
  constexpr auto kType = DataType::kFloat32;
  Graph& graph = model.graph;
  graph = {"main",
           {Placeholder("picture", kType, {1, 6, 6, 1}), Placeholder("mean", kType, {1, 1}),
            Constant("kernel", kType, {3, 1}, {1, 2e38F, 0}), Placeholder("logits", kType, {1, 3})},
           {{Mean{}, {0}, {1}}, {FullyConnected{}, {1, 2, kNoTensor}, {3}}},
           {0},
           {3}};
  model.metadata->preprocessing.mean = {0};
  model.metadata->preprocessing.scale = {1 / 128.0F};
  Result<Engine> engine = Engine::Create(graph);
  REQUIRE(engine.ok());
  Result<GoldenCase> golden = MakeGoldenCase(*engine, model.metadata->preprocessing, 7);
  REQUIRE(golden.ok());
  model.metadata->golden = *std::move(golden);
  return model;
}

TEST_CASE("a logit that is not finite is an error, never an answer") {
  Classifier classifier = Loaded(OverflowingModel());
  const Bytes dark = Bmp(20, 20, [](int, int) { return 50; });
  const Bytes light = Bmp(20, 20, [](int, int) { return 255; });
  ClassifyOptions force;  // they are blank
  force.force = true;
  const Result<Record> record = classifier.Classify(dark, force);
  REQUIRE(record.ok());
  CHECK(record->call == "benign");
  CheckError(classifier.Classify(light, force), ErrorCode::kModelInvalid,
             "the network's logit of 'benign' is inf for this image, expected a finite number");
  CHECK(classifier.Classify(dark, force).ok());
}

TEST_CASE("an image that cannot be read leaves no trace") {
  Classifier classifier = Loaded(HonestModel(DataType::kFloat32));
  const Bytes image = RandomBmp(140, 130, 1);
  const Result<Record> before = classifier.Classify(image);
  REQUIRE(before.ok());

  CheckError(classifier.Classify({}), ErrorCode::kImageEmpty, "the file is empty");
  for (std::size_t length = 1; length < image.size(); length += 997) {
    CHECK(!classifier.Classify(std::span(image).first(length)).ok());
  }
  ClassifyOptions narrow;
  narrow.limits.max_side = 139;
  const Result<Record> too_large = classifier.Classify(image, narrow);
  REQUIRE(!too_large.ok());
  CHECK(too_large.error().code == ErrorCode::kImageTooLarge);

  const Result<Record> after = classifier.Classify(image);
  REQUIRE(after.ok());
  CHECK(Reproducible(*after) == Reproducible(*before));
}

TEST_CASE("the order of images does not matter, nor which copy of the model reads them") {
  for (const DataType type : kTypes) {
    const ModelFile model = HonestModel(type);
    Classifier forwards = Loaded(model), backwards = Loaded(model);
    std::vector<std::string> first, second;
    for (int i = 0; i < 20; ++i) {
      const Result<Record> record = forwards.Classify(RandomBmp(120 + 7 * i, 190 - 3 * i, i));
      REQUIRE(record.ok());
      first.push_back(Reproducible(*record));
    }
    for (int i = 19; i >= 0; --i) {
      const Result<Record> record = backwards.Classify(RandomBmp(120 + 7 * i, 190 - 3 * i, i));
      REQUIRE(record.ok());
      second.insert(second.begin(), Reproducible(*record));
    }
    CHECK(first == second);
    CHECK(first[0] != first[1]);
  }
}

}  // namespace
}  // namespace echolens
