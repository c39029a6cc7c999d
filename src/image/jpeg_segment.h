// The segments of a JPEG file (ITU-T T.81, annex B), and what its frame header says.
#pragma once

#include <vector>

#include "image/bytes.h"
#include "result.h"

namespace echolens {

// Marker codes, the second byte.
namespace jpeg {
constexpr int kSof0 = 0xC0, kSof1 = 0xC1, kSof2 = 0xC2;  // baseline, extended, progressive
constexpr int kDht = 0xC4, kDac = 0xCC, kRst0 = 0xD0, kRst7 = 0xD7;
constexpr int kEoi = 0xD9, kSos = 0xDA, kDqt = 0xDB, kDnl = 0xDC, kDri = 0xDD;
constexpr int kApp0 = 0xE0, kApp1 = 0xE1, kApp14 = 0xEE, kApp15 = 0xEF, kCom = 0xFE;
}  // namespace jpeg

struct JpegSegment {
  int marker = 0;
  Bytes data;           // without marker and length; empty for EOI
  std::size_t end = 0;  // where the next one begins
};

// "the JPEG file is damaged: …"
Error JpegCorrupt(const std::string& what);

// The segment that begins at `at`, with any fill bytes before its marker. Errors: kImageCorrupt.
Result<JpegSegment> ReadJpegSegment(Bytes file, std::size_t at);

bool IsFrameHeader(int marker);

struct JpegComponent {
  int id = 0;
  int horizontal = 1, vertical = 1;  // sampling factors, 1 … 4
  int quantisation = 0;              // table 0 … 3
  // 8×8 blocks that cover the component, and those that whole MCUs cover.
  int blocks_wide = 0, blocks_high = 0;
  int padded_wide = 0, padded_high = 0;
};

struct JpegFrame {
  bool progressive = false;
  int width = 0, height = 0;
  std::vector<JpegComponent> components;  // 1, 3 or 4
  int mcus_wide = 0, mcus_high = 0;       // of a scan of several components
};

// Errors: kImageCorrupt, kImageUnsupported (a process or a number of bits that we do not read).
Result<JpegFrame> ReadJpegFrame(const JpegSegment& segment);

}  // namespace echolens
