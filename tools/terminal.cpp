#include "terminal.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "utf8.h"

namespace echolens::tools {
namespace {

// A signal handler can reach nothing but a global.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void OnInterrupt(int) { interrupted = true; }

// Does it move the cursor, colour the text or turn its direction, or is it no character at all?
bool Steers(Utf8Character character) {
  const char32_t point = character.point;
  const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
  const bool bidirectional = point == 0x061C || point == 0x200E || point == 0x200F ||
                             (point >= 0x202A && point < 0x202F) ||
                             (point >= 0x2066 && point < 0x206A);
  const bool line_break = point == 0x2028 || point == 0x2029;
  return character.length == 0 || control || bidirectional || line_break;
}

}  // namespace

void WatchSignals() {
  struct sigaction interrupt = {};
  interrupt.sa_handler = OnInterrupt;
  interrupt.sa_flags = static_cast<int>(SA_RESETHAND);  // the second Ctrl-C ends the program
  sigaction(SIGINT, &interrupt, nullptr);
  sigaction(SIGTERM, &interrupt, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool Interrupted() { return interrupted; }

Status Print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE) return Error{ErrorCode::kFileUnwritable, ""};
      return Error{ErrorCode::kFileUnwritable,
                   std::string("cannot write to standard output: ") + std::strerror(errno)};
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return Ok();
}

void Complain(std::string_view sentence) {
  std::fprintf(stderr, "echolens: %s\n", Printable(sentence).c_str());
}

std::string Printable(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const Utf8Character first = FirstCharacter(text);
    clean += Steers(first) ? "?" : text.substr(0, first.length);
    text.remove_prefix(std::max(first.length, std::size_t{1}));
  }
  return clean;
}

std::size_t Columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

std::string PadRight(std::string_view text, std::size_t width) {
  const std::size_t columns = Columns(text);
  return std::string(text) + std::string(columns < width ? width - columns : 0, ' ');
}

std::string PadLeft(std::string_view text, std::size_t width) {
  const std::size_t columns = Columns(text);
  return std::string(columns < width ? width - columns : 0, ' ') + std::string(text);
}

Progress::Progress(std::optional<std::size_t> total)
    : total_(total), active_(isatty(STDERR_FILENO) != 0 && total != std::size_t{1}) {}

void Progress::Show(std::size_t done, std::size_t failed) {
  if (!active_) return;
  std::string line = "\r\x1b[K" + std::to_string(done);
  if (total_) line += " of " + std::to_string(*total_);
  line += " images";
  if (failed > 0) line += ", " + std::to_string(failed) + " failed";
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  shown_ = true;
}

void Progress::Clear() {
  if (!shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace echolens::tools
