#include "image/jpeg_segment.h"

#include <algorithm>
#include <string>

namespace echolens {
namespace {

constexpr std::size_t kFrameHeaderSize = 6;  // before its components of 3 bytes each
constexpr int kBlock = 8;                    // pixels a side

Error Unsupported(const std::string& what) {
  return {ErrorCode::kImageUnsupported, "the JPEG file is " + what +
                                            ", which echolens does not read: export the picture "
                                            "as PNG"};
}

// What a start-of-frame marker announces that we do not read.
std::string_view UnreadProcess(int marker) {
  if (marker == 0xC3) return "lossless";
  if (marker >= 0xC5 && marker <= 0xC7) return "hierarchical";
  return "arithmetic coded";
}

int DivideUp(int a, int b) { return (a + b - 1) / b; }

Status ReadComponents(Bytes data, JpegFrame& frame) {
  for (std::size_t at = kFrameHeaderSize; at < data.size(); at += 3) {
    JpegComponent component;
    component.id = data[at];
    component.horizontal = data[at + 1] >> 4;
    component.vertical = data[at + 1] & 15;
    component.quantisation = data[at + 2];
    for (const int factor : {component.horizontal, component.vertical}) {
      if (factor < 1 || factor > 4) {
        return JpegCorrupt("a sampling factor is " + std::to_string(factor) + ", expected 1 to 4");
      }
    }
    if (component.quantisation > 3) return JpegCorrupt("a component has no quantisation table");
    for (const JpegComponent& other : frame.components) {
      if (other.id == component.id) return JpegCorrupt("two components have one number");
    }
    frame.components.push_back(component);
  }
  return Ok();
}

Status MeasureComponents(JpegFrame& frame) {
  int horizontal = 1, vertical = 1;
  for (const JpegComponent& component : frame.components) {
    horizontal = std::max(horizontal, component.horizontal);
    vertical = std::max(vertical, component.vertical);
  }
  frame.mcus_wide = DivideUp(frame.width, horizontal * kBlock);
  frame.mcus_high = DivideUp(frame.height, vertical * kBlock);
  for (JpegComponent& component : frame.components) {
    if (horizontal % component.horizontal != 0 || vertical % component.vertical != 0) {
      return Unsupported("sampled at a ratio that is no whole number");
    }
    const int width = DivideUp(frame.width * component.horizontal, horizontal);
    const int height = DivideUp(frame.height * component.vertical, vertical);
    component.blocks_wide = DivideUp(width, kBlock);
    component.blocks_high = DivideUp(height, kBlock);
    component.padded_wide = frame.mcus_wide * component.horizontal;
    component.padded_high = frame.mcus_high * component.vertical;
  }
  return Ok();
}

}  // namespace

Error JpegCorrupt(const std::string& what) {
  return {ErrorCode::kImageCorrupt, "the JPEG file is damaged: " + what};
}

Result<JpegSegment> ReadJpegSegment(Bytes file, std::size_t at) {
  if (at < file.size() && file[at] != 0xFF) {
    return JpegCorrupt("no marker at byte " + std::to_string(at));
  }
  while (at < file.size() && file[at] == 0xFF) ++at;
  if (at >= file.size()) return JpegCorrupt("it ends before its end marker");
  const int marker = file[at++];
  if (marker == jpeg::kEoi) return JpegSegment{marker, {}, at};
  const bool has_data = marker >= jpeg::kSof0 && marker <= jpeg::kCom &&
                        !(marker >= jpeg::kRst0 && marker < jpeg::kSos);
  if (!has_data) return JpegCorrupt("a marker out of place at byte " + std::to_string(at - 1));
  if (file.size() - at < 2) return JpegCorrupt("it ends before its end marker");
  const auto length = static_cast<std::size_t>(BigEndian16(file, at));
  if (length < 2) return JpegCorrupt("a segment's length has no meaning");
  if (length > file.size() - at) return JpegCorrupt("it ends before its end marker");
  return JpegSegment{marker, file.subspan(at + 2, length - 2), at + length};
}

bool IsFrameHeader(int marker) {
  return marker >= jpeg::kSof0 && marker <= 0xCF && marker != jpeg::kDht && marker != 0xC8 &&
         marker != jpeg::kDac;
}

Result<JpegFrame> ReadJpegFrame(const JpegSegment& segment) {
  if (segment.marker > jpeg::kSof2) return Unsupported(std::string(UnreadProcess(segment.marker)));
  const Bytes data = segment.data;
  if (data.size() < kFrameHeaderSize) return JpegCorrupt("its frame header is too short");
  if (data[0] != 8) return Unsupported("of " + std::to_string(data[0]) + " bits a sample");
  JpegFrame frame;
  frame.progressive = segment.marker == jpeg::kSof2;
  frame.height = BigEndian16(data, 1);
  frame.width = BigEndian16(data, 3);
  if (frame.height == 0) return Unsupported("without its height in the header");
  if (frame.width == 0) return JpegCorrupt("its width is 0");
  const std::size_t components = data[5];
  if (data.size() != kFrameHeaderSize + 3 * components) {
    return JpegCorrupt("its frame header has a wrong length");
  }
  if (components != 1 && components != 3 && components != 4) {
    return Unsupported("of " + std::to_string(components) + " components");
  }
  ECHOLENS_CHECK(ReadComponents(data, frame));
  ECHOLENS_CHECK(MeasureComponents(frame));
  return frame;
}

}  // namespace echolens
