// Standard output, standard error and Ctrl-C.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "result.h"

namespace echolens::tools {

// Ctrl-C and SIGTERM set a flag instead of ending the program (a second one ends it at once); a
// closed pipe becomes an error of Print. Call once, before any thread starts.
void WatchSignals();

// Was the program asked to stop? Long work looks here between its steps.
bool Interrupted();

// Writes the text to standard output whole and at once. Errors: kFileUnwritable, with an empty
// detail when the reader has gone away (`echolens … | head`): then the program ends without a word.
Status Print(std::string_view text);

// "echolens: SENTENCE" on standard error, made Printable.
void Complain(std::string_view sentence);

// The text with '?' for control characters, marks that turn the direction of text, and bytes that
// are no UTF-8: a file name must not steer the terminal.
std::string Printable(std::string_view text);

// Columns that a text takes in a terminal, as far as UTF-8 characters are one wide.
std::size_t Columns(std::string_view text);

// The text, and spaces up to `width` columns; in front of it with PadLeft.
std::string PadRight(std::string_view text, std::size_t width);
std::string PadLeft(std::string_view text, std::size_t width);

// One line on standard error that says how far the work is; nothing at all where that is no
// terminal.
class Progress {
 public:
  // `total`: how many there are, when that is known.
  explicit Progress(std::optional<std::size_t> total);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(std::size_t done, std::size_t failed);
  void Clear();  // before anything else is printed

 private:
  std::optional<std::size_t> total_;
  bool active_;
  bool shown_ = false;
};

}  // namespace echolens::tools
