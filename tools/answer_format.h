// What `echolens classify` prints: for people, as JSON lines, as CSV.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/metadata.h"
#include "reading/record.h"
#include "result.h"

namespace echolens::tools {

struct Answer {
  std::size_t number = 0;           // of the image, from 1
  std::optional<std::string> file;  // as it was given; nothing with --no-names
  Result<Record> record;
};

// Of images.
struct Counts {
  std::size_t answered = 0, refused = 0, failed = 0;
  std::size_t all() const { return answered + refused + failed; }
};

class AnswerFormat {
 public:
  virtual ~AnswerFormat() = default;
  virtual std::string Head() const = 0;                      // before all answers
  virtual std::string Text(const Answer& answer) const = 0;  // of one
  virtual std::string Tail(const Counts& counts) const = 0;  // after all
};

// "text", "jsonl" or "csv". The metadata must outlive it.
std::unique_ptr<AnswerFormat> MakeAnswerFormat(std::string_view name, const Metadata& metadata,
                                               bool names);

}  // namespace echolens::tools
