// Result<T>: a value or the reason there is none. The engine neither throws nor aborts; every call
// that can fail returns one of these, and the reason travels unchanged to the exit code of the
// program and to `error.code` in JavaScript.
//
//   Result<Graph> graph = ReadTflite(bytes);
//   if (!graph.ok()) return graph.error();
//   Use(*graph);
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace echolens {

enum class ErrorCode : std::uint8_t {
  kInvalidArgument,    // the caller asked for something that has no meaning
  kImageEmpty,         // no bytes
  kImageUnrecognised,  // the first bytes are of no format we know
  kImageUnsupported,   // a known format or variant that we do not read: the detail says what to do
  kImageCorrupt,       // a supported format, truncated or damaged
  kImageTooLarge,      // file, pixel count or a side over the limit
  kImageTooSmall,      // a side under the limit
  kModelCorrupt,      // not a .tflite, truncated, an offset or index out of range, or hash mismatch
  kModelUnsupported,  // an operator, type or attribute that the engine does not have
  kModelInvalid,      // well formed, but inconsistent: shapes, scales, order, metadata
  kModelTooLarge,     // needs more memory than the limit
  kModelNoMetadata,   // a network, but not a classifier of ours: no labels, no preprocessing
  kModelSelfTestFailed,  // the golden case came out different on this machine: nothing is answered
  kOutOfMemory,          // an allocation failed
  kFileUnreadable,       // (program only) cannot open or read
  kFileUnwritable,       // (program only) cannot create or write
  kSourceCorrupt,        // (converter only) trained weights: no archive, truncated, damaged
  kSourceUnsupported,    // (converter only) a layer or option that the converter does not have
  kVerificationFailed,   // (converter only) the converted network answers differently
  kInternal,             // a bug in echolens: please report it
};

// The stable name used in records, JSON and JavaScript: "image_corrupt", "model_unsupported", …
constexpr std::string_view ErrorName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument: return "invalid_argument";
    case ErrorCode::kImageEmpty: return "image_empty";
    case ErrorCode::kImageUnrecognised: return "image_unrecognised";
    case ErrorCode::kImageUnsupported: return "image_unsupported";
    case ErrorCode::kImageCorrupt: return "image_corrupt";
    case ErrorCode::kImageTooLarge: return "image_too_large";
    case ErrorCode::kImageTooSmall: return "image_too_small";
    case ErrorCode::kModelCorrupt: return "model_corrupt";
    case ErrorCode::kModelUnsupported: return "model_unsupported";
    case ErrorCode::kModelInvalid: return "model_invalid";
    case ErrorCode::kModelTooLarge: return "model_too_large";
    case ErrorCode::kModelNoMetadata: return "model_no_metadata";
    case ErrorCode::kModelSelfTestFailed: return "model_self_test_failed";
    case ErrorCode::kOutOfMemory: return "out_of_memory";
    case ErrorCode::kFileUnreadable: return "file_unreadable";
    case ErrorCode::kFileUnwritable: return "file_unwritable";
    case ErrorCode::kSourceCorrupt: return "source_corrupt";
    case ErrorCode::kSourceUnsupported: return "source_unsupported";
    case ErrorCode::kVerificationFailed: return "verification_failed";
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

struct Error {
  ErrorCode code;
  // One sentence for a person: names the node, tensor or field, and says expected and got.
  std::string detail;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const Error& error() const& { return assert(!ok()), *std::get_if<1>(&state_); }
  Error&& error() && { return assert(!ok()), std::move(*std::get_if<1>(&state_)); }

  T& operator*() & { return assert(ok()), *std::get_if<0>(&state_); }
  const T& operator*() const& { return assert(ok()), *std::get_if<0>(&state_); }
  T&& operator*() && { return assert(ok()), std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return assert(ok()), std::get_if<0>(&state_); }
  const T* operator->() const { return assert(ok()), std::get_if<0>(&state_); }

 private:
  std::variant<T, Error> state_;
};

// For calls that only succeed or fail: `return Ok();`
using Status = Result<std::monostate>;
inline Status Ok() { return std::monostate{}; }

}  // namespace echolens

// Early return of an error. `ECHOLENS_ASSIGN(Graph graph, ReadTflite(bytes));`
#define ECHOLENS_JOIN_(a, b) a##b
#define ECHOLENS_JOIN(a, b) ECHOLENS_JOIN_(a, b)
#define ECHOLENS_ASSIGN(declaration, expression) \
  ECHOLENS_ASSIGN_(ECHOLENS_JOIN(result_, __LINE__), declaration, expression)
#define ECHOLENS_ASSIGN_(result, declaration, expression) \
  auto result = (expression);                             \
  if (!result.ok()) return std::move(result).error();     \
  declaration = *std::move(result)
#define ECHOLENS_CHECK(expression) \
  if (auto status = (expression); !status.ok()) return std::move(status).error()
