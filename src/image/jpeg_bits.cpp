#include "image/jpeg_bits.h"

#include <algorithm>

namespace echolens {

void JpegBits::Fill() {
  while (count_ <= 48 && at_ < file_.size()) {
    std::size_t next = at_ + 1;
    if (file_[at_] == 0xFF) {  // a byte of ones is followed by 0; anything else is a marker
      while (next < file_.size() && file_[next] == 0xFF) ++next;
      if (next >= file_.size() || file_[next] != 0) return;
      ++next;
    }
    buffer_ = buffer_ << 8 | file_[at_];
    count_ += 8;
    at_ = next;
  }
}

std::uint32_t JpegBits::Peek() {
  if (count_ < 16) Fill();
  const std::uint64_t bits = count_ >= 16 ? buffer_ >> (count_ - 16) : buffer_ << (16 - count_);
  return static_cast<std::uint32_t>(bits & 0xFFFF);
}

bool JpegBits::Skip(int bits) {
  if (count_ < bits) Fill();
  if (count_ < bits) return false;
  count_ -= bits;
  return true;
}

int JpegBits::Read(int bits) {
  const std::uint32_t next = Peek();
  return Skip(bits) ? static_cast<int>(next >> (16 - bits)) : -1;
}

bool JpegBits::AtMarker() {
  if (count_ < 16) Fill();
  return count_ < 8;
}

bool JpegBits::OnlyFillLeft() {
  Skip(count_ % 8);
  for (int first = -1; !AtMarker();) {
    const int byte = Read(8);
    if (first < 0) first = byte;
    if (byte != first || (byte != 0 && byte != 0xFF)) return false;
  }
  return true;
}

bool JpegHuffman::Define(Bytes counts, Bytes symbols) {
  defined_ = false;
  fast_.fill({});
  std::ranges::copy(symbols, symbols_.begin());
  std::uint32_t code = 0;
  int index = 0;
  for (int length = 1; length <= 16; ++length) {
    offset_[static_cast<std::size_t>(length)] = index - static_cast<int>(code);
    for (int i = 0; i < counts[static_cast<std::size_t>(length - 1)]; ++i, ++code, ++index) {
      if (code >= 1U << length) return false;
      if (length > kFastBits) continue;
      const int free_bits = kFastBits - length;
      std::fill_n(
          fast_.begin() + static_cast<std::ptrdiff_t>(code << free_bits), 1 << free_bits,
          Fast{symbols[static_cast<std::size_t>(index)], static_cast<std::uint8_t>(length)});
    }
    end_[static_cast<std::size_t>(length)] = code << (16 - length);
    code <<= 1;
  }
  defined_ = true;
  return true;
}

int JpegHuffman::Decode(JpegBits& bits) const {
  const std::uint32_t next = bits.Peek();
  const Fast fast = fast_[next >> (16 - kFastBits)];
  if (fast.length > 0) return bits.Skip(fast.length) ? fast.symbol : -1;
  for (int length = kFastBits + 1; length <= 16; ++length) {
    const auto i = static_cast<std::size_t>(length);
    if (next >= end_[i]) continue;
    const int symbol = static_cast<int>(next >> (16 - length)) + offset_[i];
    return bits.Skip(length) ? symbols_[static_cast<std::size_t>(symbol)] : -1;
  }
  return -1;
}

}  // namespace echolens
