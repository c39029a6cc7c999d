#include <doctest/doctest.h>

#include "classifier.h"
#include "classifier_samples.h"
#include "reading/close_up.h"
#include "reading/interpret.h"
#include "reading/occlusion.h"

namespace echolens {
namespace {

TEST_CASE("an explanation has the record of classify, and the maps of the outputs") {
  const Bytes image = RandomBmp(120, 96, 3);
  Classifier classifier = Explainer({});
  const Result<Record> record = classifier.Classify(image);
  const Result<Explanation> explanation = classifier.Explain(image);
  REQUIRE(record.ok());
  REQUIRE(explanation.ok());
  CHECK(Reproducible(explanation->record) == Reproducible(*record));
  CHECK(classifier.metadata().labels[explanation->label] == record->call);
  CHECK(explanation->picture.width == 120);
  CHECK(explanation->picture.pixels.size() == 120 * 96);
  CHECK(!explanation->occlusion);

  const Graph graph = FullNetwork();
  Result<Engine> engine = Engine::Create(graph);
  REQUIRE(engine.ok());
  const Preprocessing& input = classifier.metadata().preprocessing;
  const Result<NetworkImage> network = Preprocess(explanation->picture, input);
  REQUIRE(network.ok());
  REQUIRE(FillInput(network->image, input, engine->input(0)).ok());
  REQUIRE(engine->Run().ok());
  REQUIRE(explanation->lesion);
  CHECK(explanation->lesion->width == 3);
  CHECK(explanation->lesion->height == 3);
  CHECK(explanation->lesion->values == RealValues(engine->output(3)));
  CHECK(explanation->lesion->geometry.region.width == 120);
  CHECK(explanation->outline.size() == LesionOutline(*explanation->lesion).size());
  const std::vector<double> logits = RealValues(engine->output(0));
  for (std::size_t label = 0; label < 3; ++label) {
    ExplainOptions options;
    options.label = label;
    const Result<Explanation> asked = classifier.Explain(image, options);
    REQUIRE(asked.ok());
    CHECK(asked->label == label);
    REQUIRE(asked->activation);
    double mean = 0;
    for (const double value : asked->activation->values) mean += value / 9;
    const double expected[] = {-(logits[0] - 0.5), -(logits[1] + 0.5), logits[1] + 0.5};
    CHECK(mean == doctest::Approx(expected[label]).epsilon(1e-5));
  }
}

TEST_CASE("maps are averaged over the views, each in its place") {
  const Bytes image = RandomBmp(120, 120, 4);
  ExplainOptions options;
  options.label = 2;
  options.occlusion = true;
  const auto explained = [&](std::vector<View> views) {
    Classifier classifier = Explainer(std::move(views));
    Result<Explanation> explanation = classifier.Explain(image, options);
    REQUIRE(explanation.ok());
    return *std::move(explanation);
  };
  const Explanation identity = explained({View::kIdentity}), mirror = explained({View::kMirror});
  const Explanation both = explained({View::kIdentity, View::kMirror});
  const auto check = [](const std::optional<Map>& a, const std::optional<Map>& b,
                        const std::optional<Map>& mean) {
    REQUIRE(mean);
    CHECK(a->values != b->values);
    REQUIRE(mean->values.size() == a->values.size());
    for (std::size_t i = 0; i < mean->values.size(); ++i) {
      CHECK(mean->values[i] == doctest::Approx((a->values[i] + b->values[i]) / 2));
    }
  };
  check(identity.activation, mirror.activation, both.activation);
  check(identity.lesion, mirror.lesion, both.lesion);
  check(identity.occlusion, mirror.occlusion, both.occlusion);
}

TEST_CASE("the occlusion map is what the model answers to covered pictures") {
  for (const DataType type : kTypes) {
    const ModelFile model = HonestModel(type);
    Classifier classifier = Loaded(model);
    const Bytes image = RandomBmp(6, 6, 5);  // as it is into the network
    ExplainOptions options;
    options.classify.limits.min_side = 1;
    options.classify.force = true;  // too small otherwise
    options.occlusion = true;
    options.label = 1;
    std::size_t calls = 0;
    options.progress = [&](std::size_t done, std::size_t total) {
      CHECK(done == calls++);
      CHECK(total == 36);
      return true;
    };
    const Result<Explanation> explanation = classifier.Explain(image, options);
    REQUIRE(explanation.ok());
    CHECK(calls == 36);
    CHECK(!explanation->activation);
    CHECK(!explanation->lesion);
    REQUIRE(explanation->occlusion);
    const NetworkImage whole{explanation->picture, {1, 1, 0, 0, {0, 0, 6, 6}}};
    const auto probability = [&](const GreyImage& picture) {
      const Bytes file = Bmp(
          6, 6, [&](int x, int y) { return picture.pixels[static_cast<std::size_t>(6 * y + x)]; });
      const Result<Record> record = classifier.Classify(file, options.classify);
      REQUIRE(record.ok());
      return record->probabilities[1].probability;
    };
    const Patches patches = OcclusionPatches(whole);
    for (const std::size_t i : {0, 7, 20, 35}) {
      const GreyImage covered = Covered(whole, patches.patches[i]);
      CHECK(explanation->occlusion->values[i] == probability(whole.image) - probability(covered));
    }
  }
}

TEST_CASE("an occlusion map that is stopped is left out, the rest is there") {
  Classifier classifier = Explainer({});
  ExplainOptions options;
  options.occlusion = true;
  options.progress = [](std::size_t done, std::size_t) { return done < 3; };
  const Result<Explanation> explanation = classifier.Explain(RandomBmp(120, 120, 6), options);
  REQUIRE(explanation.ok());
  CHECK(!explanation->occlusion);
  CHECK(explanation->lesion);
  CHECK(!explanation->record.call.empty());
}

TEST_CASE("what cannot be explained") {
  Classifier classifier = Explainer({});
  ExplainOptions options;
  options.label = 3;
  CheckError(classifier.Explain(RandomBmp(120, 120, 6), options), ErrorCode::kInvalidArgument,
             "label 3 to explain, expected under 3");
  CheckError(classifier.Explain({}), ErrorCode::kImageEmpty, "the file is empty");
  Classifier narrow = Loaded(
      FullModel([](Metadata& metadata) { metadata.gate->centres = {{{100, 100}, {1, 1}}}; }));
  options.label.reset();
  options.occlusion = true;
  const Result<Explanation> refused = narrow.Explain(RandomBmp(120, 120, 6), options);
  REQUIRE(refused.ok());
  REQUIRE(refused->record.refused);
  CHECK(refused->record.refused->code == RefusalCode::kUnlike);
  CHECK(!refused->lesion);
  CHECK(!refused->activation);
  CHECK(!refused->occlusion);
}

// Explainer whose lesion map has one peak, where the picture is brightest.
Classifier Pointer(std::vector<View> views) {
  Graph graph = FullNetwork();
  graph.tensors[8] = Constant("lesion/kernel", DataType::kFloat32, {1, 1, 1, 2}, {-40, 40});
  return Loaded(FullModel(
      [&](Metadata& metadata) {
        metadata.gate.reset();
        metadata.views = std::move(views);
      },
      std::move(graph)));
}

TEST_CASE("a close-up is a second look at the lesion, and counts as much as the first") {
  const auto grey = [](int x, int y) {  // a bright spot at 90, 45
    const int dx = x - 90, dy = y - 45;
    return 40 + (x * 13 + y * 7) % 50 + (dx * dx + dy * dy < 900 ? 160 : 0);
  };
  const Bytes image = Bmp(180, 120, grey);
  const Result<Explanation> both = Pointer({View::kIdentity, View::kCloseUpMirror}).Explain(image);
  REQUIRE(both.ok());
  const Record& record = both->record;
  REQUIRE(record.views.size() == 2);
  CHECK(record.views[0].region.width == 180);
  const Region near = record.views[1].region;
  CHECK(near.width < 180);

  // The close-up is what a reading of that region alone sees, mirrored.
  ExplainOptions part;
  part.classify.region = near;
  part.classify.force = true;
  const Result<Explanation> alone = Pointer({View::kMirror}).Explain(image, part);
  const Result<Explanation> whole = Pointer({View::kIdentity}).Explain(image);
  REQUIRE(alone.ok());
  REQUIRE(whole.ok());
  CHECK(record.views[0].logits == whole->record.views[0].logits);
  CHECK(record.views[1].logits == alone->record.views[0].logits);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(record.probabilities[i].probability == (whole->record.probabilities[i].probability +
                                                  alone->record.probabilities[i].probability) /
                                                     2);
  }
  CHECK(both->activation->values == whole->activation->values);
  CHECK(both->lesion->values == Placed(*alone->lesion, record.region).values);
  CHECK(both->outline.size() == alone->outline.size());
}

TEST_CASE("a patch of the occlusion map covers the close-up too, where it shows the place") {
  const Bytes image = RandomBmp(120, 120, 8);
  ExplainOptions options;
  options.label = 2;
  options.occlusion = true;
  Classifier classifier = Pointer({View::kIdentity, View::kCloseUp});
  const Result<Explanation> explanation = classifier.Explain(image, options);
  const Result<Explanation> whole = Pointer({View::kIdentity}).Explain(image, options);
  REQUIRE(explanation.ok());
  REQUIRE(whole.ok());
  const Region near = explanation->record.views[1].region;
  REQUIRE(near.width < 120);
  const Map& map = *explanation->occlusion;
  std::size_t beside = 0;
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      const double left = map.geometry.PictureX(x - 0.5), right = map.geometry.PictureX(x + 1.5);
      const double top = map.geometry.PictureY(y - 0.5), bottom = map.geometry.PictureY(y + 1.5);
      const bool apart = right <= near.x || left >= near.x + near.width || bottom <= near.y ||
                         top >= near.y + near.height;
      if (!apart) continue;
      ++beside;
      CHECK(map.At(x, y) == whole->occlusion->At(x, y) / 2);
    }
  }
  CHECK(beside > 0);
}

}  // namespace
}  // namespace echolens
