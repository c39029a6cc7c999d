// Models and pictures for tests of the whole classifier.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "classifier.h"
#include "model/sample_models.h"
#include "model/tflite.h"
#include "reading/golden.h"

namespace echolens {

using Bytes = std::vector<std::uint8_t>;

inline constexpr DataType kTypes[] = {DataType::kFloat32, DataType::kInt8};

// The model with what it really answers as its golden case.
inline ModelFile Honest(ModelFile model) {
  Result<Engine> engine = Engine::Create(model.graph);
  REQUIRE(engine.ok());
  Result<GoldenCase> golden = MakeGoldenCase(*engine, model.metadata->preprocessing, 7);
  REQUIRE(golden.ok());
  model.metadata->golden = *std::move(golden);
  return model;
}

inline ModelFile HonestModel(DataType type) { return Honest(SmallModel(type)); }

inline Classifier Loaded(const ModelFile& model) {
  Result<Classifier> classifier = Classifier::Load(WriteTflite(model));
  REQUIRE(classifier.ok());
  return *std::move(classifier);
}

// Every pixel its own grey, as a 24-bit BMP: rows from the bottom, each a multiple of four bytes.
inline Bytes Bmp(int width, int height, const std::function<int(int x, int y)>& grey) {
  Bytes file{'B', 'M'};
  const auto add = [&file](int value, int bytes) {
    for (int i = 0; i < bytes; ++i) file.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  const int row = (3 * width + 3) / 4 * 4, size = row * height;
  for (const int field : {54 + size, 0, 54, 40, width, height}) add(field, 4);
  add(1, 2), add(24, 2);
  for (const int field : {0, size, 0, 0, 0, 0}) add(field, 4);
  for (int y = height - 1; y >= 0; --y) {
    for (int x = 0; x < width; ++x) {
      const int value = grey(x, y);
      for (int c = 0; c < 3; ++c) add(value, 1);
    }
    add(0, row - 3 * width);
  }
  return file;
}

inline Bytes RandomBmp(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  return Bmp(width, height, [&](int, int) { return static_cast<int>(random() % 256); });
}

template <class T>
void CheckError(const Result<T>& result, ErrorCode code, const std::string& detail) {
  CAPTURE(detail);
  REQUIRE(!result.ok());
  CHECK(ErrorName(result.error().code) == ErrorName(code));
  CHECK(result.error().detail == detail);
}

inline std::string Reproducible(Record record) {
  record.timings = {};
  return RecordJson(record);
}

// FullNetwork with a golden case that holds.
inline ModelFile FullModel(const std::function<void(Metadata&)>& change,
                           Graph graph = FullNetwork()) {
  ModelFile model{std::move(graph), FullMetadata()};
  change(*model.metadata);
  return Honest(std::move(model));
}

// FullModel without a gate, of these views.
inline Classifier Explainer(std::vector<View> views) {
  return Loaded(FullModel([&](Metadata& metadata) {
    metadata.gate.reset();
    metadata.views = std::move(views);
  }));
}

}  // namespace echolens
