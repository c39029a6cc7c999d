// Huffman codes and bits out of the entropy-coded data of a JPEG (ITU-T T.81, annexes C and F).
#pragma once

#include <array>

#include "image/bytes.h"

namespace echolens {

// Reads up to the next marker, and knows when more was asked for than there is.
class JpegBits {
 public:
  JpegBits(Bytes file, std::size_t at) : file_(file), at_(at) {}

  // The next 16 bits, zeros where the data have ended.
  std::uint32_t Peek();
  // False when the data end before.
  bool Skip(int bits);
  // The next bits, up to 16, as a number; −1 when the data end before.
  int Read(int bits);

  // Nothing but the rest of a byte is left before the marker.
  bool AtMarker();
  // As AtMarker, after bytes that are all 0 or all ones, with which some encoders fill up.
  bool OnlyFillLeft();
  // Where the marker stands, with its fill bytes.
  std::size_t position() const { return at_; }

 private:
  void Fill();

  Bytes file_;
  std::size_t at_;
  std::uint64_t buffer_ = 0;  // the lowest count_ bits
  int count_ = 0;
};

class JpegHuffman {
 public:
  // From the 16 counts by code length and the symbols. False when they are no prefix code.
  bool Define(Bytes counts, Bytes symbols);
  bool defined() const { return defined_; }
  // The next symbol; −1 for no code of the table, or when the data end before.
  int Decode(JpegBits& bits) const;

 private:
  static constexpr int kFastBits = 9;
  struct Fast {
    std::uint8_t symbol, length;  // length 0: a longer code
  };
  std::array<Fast, 1 << kFastBits> fast_{};
  // By length: the first code beyond those of it, left-aligned in 16 bits; the index in symbols_
  // of code 0, were it one.
  std::array<std::uint32_t, 17> end_{};
  std::array<int, 17> offset_{};
  std::array<std::uint8_t, 256> symbols_{};
  bool defined_ = false;
};

}  // namespace echolens
