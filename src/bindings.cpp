// The engine for JavaScript: translates, never computes. web/worker.js has the interface in
// JavaScript's words. Every failure comes back as {error: {code, message}} or as a record of an
// error; nothing is thrown, and no view of the heap gets out.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <memory>
#include <new>
#include <span>
#include <string>

#include "classifier.h"

namespace {

using echolens::Classifier;
using echolens::Error;
using echolens::ErrorCode;
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

std::string Classify(Classifier& classifier, const val& image) {
  const Result<Bytes> bytes = CopyIn(image);
  if (!bytes.ok()) return echolens::ErrorJson(bytes.error());
  const Result<echolens::Record> record = classifier.Classify(bytes->span());
  return record.ok() ? echolens::RecordJson(*record) : echolens::ErrorJson(record.error());
}

std::string Describe(const Classifier& classifier) {
  return echolens::DescriptionJson(classifier.metadata(), classifier.sha256());
}

std::string Version() { return std::string(echolens::kVersion); }
std::string Simd() { return std::string(echolens::kSimd); }

// 64 KiB a page (WebAssembly core specification, 4.2.8). A double holds up to 4 GiB.
double MemoryBytes() { return static_cast<double>(__builtin_wasm_memory_size(0)) * 65536; }

}  // namespace

EMSCRIPTEN_BINDINGS(echolens) {
  emscripten::function("load", &Load);
  emscripten::function("version", &Version);
  emscripten::function("simd", &Simd);
  emscripten::function("memoryBytes", &MemoryBytes);
  emscripten::class_<Classifier>("Classifier")
      .function("classify", &Classify)
      .function("describe", &Describe);
}
