// The engine for JavaScript: translates, never computes. web/worker.js has the interface in
// JavaScript's words. Every failure comes back as {error: {code, message}} or as a record of an
// error; nothing is thrown, and no view of the heap gets out.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bindings_evaluation.h"
#include "classifier.h"
#include "evaluation/decision.h"
#include "model/tflite.h"
#include "reading/viridis.h"
#include "runtime/engine.h"

namespace {

using echolens::Classifier;
using echolens::ClassifyOptions;
using echolens::Engine;
using echolens::Error;
using echolens::ErrorCode;
using echolens::ModelFile;
using echolens::Result;
using emscripten::val;

struct Bytes {
  std::unique_ptr<std::uint8_t[]> data;
  std::size_t size;

  std::span<const std::uint8_t> span() const { return {data.get(), size}; }
};

// A copy of a Uint8Array.
Result<Bytes> CopyIn(const val& array) {
  if (!array.instanceof(val::global("Uint8Array"))) {
    return Error{ErrorCode::kInvalidArgument, "the bytes are no Uint8Array"};
  }
  const auto size = array["length"].as<double>();
  Bytes bytes{nullptr, static_cast<std::size_t>(size)};
  if (size <= PTRDIFF_MAX) bytes.data.reset(new (std::nothrow) std::uint8_t[bytes.size]);
  if (bytes.data == nullptr) {
    return Error{ErrorCode::kOutOfMemory,
                 "no memory for a file of " + std::to_string(bytes.size) + " bytes"};
  }
  val(emscripten::typed_memory_view(bytes.size, bytes.data.get())).call<void>("set", array);
  return bytes;
}

val Failed(const Error& error) {
  val reason = val::object();
  reason.set("code", std::string(echolens::ErrorName(error.code)));
  reason.set("message", error.detail);
  val answer = val::object();
  answer.set("error", reason);
  return answer;
}

val Load(const val& model) {
  const Result<Bytes> bytes = CopyIn(model);
  if (!bytes.ok()) return Failed(bytes.error());
  Result<Classifier> classifier = Classifier::Load(bytes->span());
  if (!classifier.ok()) return Failed(classifier.error());
  val answer = val::object();
  answer.set("classifier", val(std::make_unique<Classifier>(*std::move(classifier))));
  return answer;
}

// Of {x, y, width, height}, whole pixels.
Result<echolens::Region> ReadRegion(const val& region) {
  echolens::Region read;
  const std::pair<const char*, int&> sides[] = {
      {"x", read.x}, {"y", read.y}, {"width", read.width}, {"height", read.height}};
  for (const auto& [name, side] : sides) {
    const val number = region[name];
    if (!number.isNumber() || number.as<double>() != number.as<int>()) {
      return Error{ErrorCode::kInvalidArgument,
                   "region." + std::string(name) + " is no whole number"};
    }
    side = number.as<int>();
  }
  return read;
}

// Of {operatingPoint: string, force: boolean, region}, each optional.
Result<ClassifyOptions> ReadOptions(const val& options) {
  ClassifyOptions read;
  if (!options.isUndefined() && !options.isNull()) {
    const val point = options["operatingPoint"], force = options["force"];
    if (!point.isUndefined() && !point.isString()) {
      return Error{ErrorCode::kInvalidArgument, "operatingPoint is no string"};
    }
    if (point.isString()) read.operating_point = point.as<std::string>();
    read.force = force.isTrue();
    const val region = options["region"];
    if (!region.isUndefined() && !region.isNull()) {
      ECHOLENS_ASSIGN(read.region, ReadRegion(region));
    }
  }
  return read;
}

std::string Classify(Classifier& classifier, const val& image, const val& options) {
  const Result<Bytes> bytes = CopyIn(image);
  if (!bytes.ok()) return echolens::ErrorJson(bytes.error());
  const Result<ClassifyOptions> read = ReadOptions(options);
  if (!read.ok()) return echolens::ErrorJson(read.error());
  const Result<echolens::Record> record = classifier.Classify(bytes->span(), *read);
  return record.ok() ? echolens::RecordJson(*record) : echolens::ErrorJson(record.error());
}

// A copy: no view of the heap gets out.
val Copied(const std::vector<float>& values) {
  return val(emscripten::typed_memory_view(values.size(), values.data())).call<val>("slice");
}

val MapOut(const echolens::Map& map) {
  val out = val::object();
  out.set("width", map.width);
  out.set("height", map.height);
  out.set("values", Copied({map.values.begin(), map.values.end()}));
  out.set("x", map.geometry.PictureX(0));
  out.set("y", map.geometry.PictureY(0));
  out.set("step_x", map.geometry.step_x);
  out.set("step_y", map.geometry.step_y);
  return out;
}

// A ring is x, y of each point.
val RingOut(const echolens::Ring& ring) {
  std::vector<float> numbers;
  for (const auto& [x, y] : ring) {
    numbers.push_back(static_cast<float>(x));
    numbers.push_back(static_cast<float>(y));
  }
  return Copied(numbers);
}

// `label` may be undefined: the label called. `progress` is called with how many of how many runs
// of the occlusion map are done; without it there is no occlusion map.
val Explain(Classifier& classifier, const val& image, const val& choice, const val& label,
            const val& progress) {
  const Result<Bytes> bytes = CopyIn(image);
  if (!bytes.ok()) return Failed(bytes.error());
  const Result<ClassifyOptions> read = ReadOptions(choice);
  if (!read.ok()) return Failed(read.error());
  echolens::ExplainOptions options;
  options.classify = *read;
  if (!label.isUndefined()) {
    const std::vector<std::string>& labels = classifier.metadata().labels;
    const auto found = std::ranges::find(labels, label.as<std::string>());
    options.label = static_cast<std::size_t>(found - labels.begin());
  }
  options.occlusion = !progress.isUndefined();
  options.progress = [&](std::size_t done, std::size_t total) {
    return progress(static_cast<double>(done), static_cast<double>(total)).as<bool>();
  };
  const Result<echolens::Explanation> explanation = classifier.Explain(bytes->span(), options);
  if (!explanation.ok()) return Failed(explanation.error());
  val answer = val::object();
  answer.set("record", echolens::RecordJson(explanation->record));
  answer.set("label", classifier.metadata().labels[explanation->label]);
  const auto set = [&](const char* name, const std::optional<echolens::Map>& map) {
    if (map) answer.set(name, MapOut(*map));
  };
  set("activation", explanation->activation);
  set("lesion", explanation->lesion);
  set("occlusion", explanation->occlusion);
  val outline = val::array();
  for (const echolens::Ring& ring : explanation->outline) {
    outline.call<void>("push", RingOut(ring));
  }
  answer.set("outline", outline);
  return answer;
}

// The colours of maps: 256 times red, green, blue.
val Viridis() {
  return val(emscripten::typed_memory_view(echolens::kViridis.size(), echolens::kViridis.data()))
      .call<val>("slice");
}

std::string Describe(const Classifier& classifier) {
  return echolens::DescriptionJson(classifier.metadata(), classifier.sha256());
}

val IntervalOut(const echolens::Interval& interval) {
  val out = val::object();
  out.set("value", interval.value);
  out.set("lower", interval.lower);
  out.set("upper", interval.upper);
  return out;
}

// Of the model's operating point with that name: {missed, false_alarms}, of 1,000 women.
val CostOfMistakes(const Classifier& classifier, const std::string& name, double prevalence) {
  const auto& points = classifier.metadata().operating_points;
  const auto point = std::ranges::find(points, name, &echolens::OperatingPoint::name);
  if (point == points.end() || !point->sensitivity || !point->specificity) {
    return Failed(
        {ErrorCode::kInvalidArgument, "the model has no measured operating point '" + name + "'"});
  }
  const auto wide = [](const echolens::Estimate& of) {
    return echolens::Interval{of.value, of.lower, of.upper};
  };
  const Result<echolens::MistakeCost> cost =
      echolens::CostOfMistakes(wide(*point->sensitivity), wide(*point->specificity), prevalence);
  if (!cost.ok()) return Failed(cost.error());
  val out = val::object();
  out.set("missed", IntervalOut(cost->missed));
  out.set("false_alarms", IntervalOut(cost->false_alarms));
  return out;
}

// A bare network of one input, for those who measure or compare: bytes in, a copy of each output's
// bytes back.
val LoadNetwork(const val& model) {
  const Result<Bytes> bytes = CopyIn(model);
  if (!bytes.ok()) return Failed(bytes.error());
  const Result<ModelFile> file = echolens::ReadTflite(bytes->span());
  if (!file.ok()) return Failed(file.error());
  Result<Engine> engine = Engine::Create(file->graph);
  if (!engine.ok()) return Failed(engine.error());
  val answer = val::object();
  answer.set("network", val(std::make_unique<Engine>(*std::move(engine))));
  return answer;
}

val RunNetwork(Engine& engine, const val& input) {
  const Result<Bytes> bytes = CopyIn(input);
  if (!bytes.ok()) return Failed(bytes.error());
  if (engine.input_count() != 1 || engine.input(0).bytes().size() != bytes->size) {
    return Failed({ErrorCode::kInvalidArgument,
                   "the network has " + std::to_string(engine.input_count()) +
                       " inputs, the first of " + std::to_string(engine.input(0).bytes().size()) +
                       " bytes: got one of " + std::to_string(bytes->size)});
  }
  std::ranges::copy(bytes->span(), engine.input(0).bytes().begin());
  if (const echolens::Status status = engine.Run(); !status.ok()) return Failed(status.error());
  val outputs = val::array();
  for (std::size_t i = 0; i < engine.output_count(); ++i) {
    const std::span<const std::uint8_t> output = std::as_const(engine).output(i).bytes();
    const val view(emscripten::typed_memory_view(output.size(), output.data()));
    outputs.call<void>("push", view.call<val>("slice"));
  }
  val answer = val::object();
  answer.set("outputs", outputs);
  return answer;
}

std::string Version() { return std::string(echolens::kVersion); }
std::string Simd() { return std::string(echolens::kSimd); }

// 64 KiB a page (WebAssembly core specification, 4.2.8). A double holds up to 4 GiB.
double MemoryBytes() { return static_cast<double>(__builtin_wasm_memory_size(0)) * 65536; }

}  // namespace

EMSCRIPTEN_BINDINGS(echolens) {
  emscripten::function("load", &Load);
  emscripten::function("loadNetwork", &LoadNetwork);
  emscripten::function("viridis", &Viridis);
  emscripten::function("version", &Version);
  emscripten::function("simd", &Simd);
  emscripten::function("memoryBytes", &MemoryBytes);
  emscripten::class_<Classifier>("Classifier")
      .function("classify", &Classify)
      .function("explain", &Explain)
      .function("costOfMistakes", &CostOfMistakes)
      .function("label", &echolens::bindings::Label)
      .function("evaluate", &echolens::bindings::Evaluate)
      .function("describe", &Describe);
  emscripten::class_<Engine>("Network").function("run", &RunNetwork);
}
