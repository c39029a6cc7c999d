#include "image/jpeg.h"

#include <optional>
#include <string>

#include "image/exif.h"
#include "image/jpeg_scan.h"
#include "image/jpeg_segment.h"
#include "image/stb.h"

namespace echolens {
namespace {

constexpr std::size_t kFirstSegment = 2;  // behind the start-of-image marker

// Walks the segments before the first scan.
struct Preamble {
  JpegFrame frame;
  int orientation = 1;
};

Result<Preamble> ReadPreamble(Bytes file) {
  std::optional<int> orientation;
  for (std::size_t at = kFirstSegment;;) {
    ECHOLENS_ASSIGN(const JpegSegment segment, ReadJpegSegment(file, at));
    at = segment.end;
    if (segment.marker == jpeg::kApp1 && IsExif(segment.data) && !orientation) {
      orientation = ExifOrientation(segment.data);
    }
    if (IsFrameHeader(segment.marker)) {
      ECHOLENS_ASSIGN(JpegFrame frame, ReadJpegFrame(segment));
      return Preamble{std::move(frame), orientation.value_or(1)};
    }
    if (segment.marker == jpeg::kSos || segment.marker == jpeg::kEoi) {
      return JpegCorrupt("it has no frame header before its data");
    }
  }
}

// Four components are CMYK or YCCK, and only Adobe's marker says which and that they are inverted.
Status CheckInks(Bytes adobe) {
  const bool known =
      HasText(adobe, 0, "Adobe") && adobe.size() >= 12 && (adobe[11] == 0 || adobe[11] == 2);
  if (known) return Ok();
  return Error{ErrorCode::kImageUnsupported,
               "the JPEG file has four components and no marker that says which colours they "
               "are: export the picture as PNG"};
}

// Every segment and every code, to the end marker.
Status CheckFile(Bytes file) {
  ECHOLENS_ASSIGN(const Preamble preamble, ReadPreamble(file));
  ECHOLENS_ASSIGN(JpegScans scans, JpegScans::Create(preamble.frame));
  bool framed = false;
  Bytes adobe;
  for (std::size_t at = kFirstSegment;;) {
    ECHOLENS_ASSIGN(const JpegSegment segment, ReadJpegSegment(file, at));
    const Bytes data = segment.data;
    at = segment.end;
    switch (segment.marker) {
      case jpeg::kEoi: {
        ECHOLENS_CHECK(scans.CheckComplete());
        return preamble.frame.components.size() == 4 ? CheckInks(adobe) : Ok();
      }
      case jpeg::kSos: {
        if (!framed) return JpegCorrupt("it has no frame header before its data");
        ECHOLENS_ASSIGN(at, scans.Read(file, data, at));
        break;
      }
      case jpeg::kDht: ECHOLENS_CHECK(scans.DefineHuffman(data)); break;
      case jpeg::kDqt: ECHOLENS_CHECK(scans.DefineQuantisation(data)); break;
      case jpeg::kDri: ECHOLENS_CHECK(scans.DefineRestart(data)); break;
      case jpeg::kDnl:
        if (!framed || data.size() != 2 || BigEndian16(data, 0) != preamble.frame.height) {
          return JpegCorrupt("its number of lines changes");
        }
        break;
      case jpeg::kApp14: adobe = data; break;
      default: {
        const bool remark = segment.marker == jpeg::kCom ||
                            (segment.marker >= jpeg::kApp0 && segment.marker <= jpeg::kApp15);
        if (IsFrameHeader(segment.marker) && !framed) {
          framed = true;
        } else if (!remark) {
          return JpegCorrupt("a marker out of place at byte " + std::to_string(at));
        }
      }
    }
  }
}

}  // namespace

Result<ImageHeader> ReadJpegHeader(Bytes file) {
  ECHOLENS_ASSIGN(const Preamble preamble, ReadPreamble(file));
  return ImageHeader{ImageFormat::kJpeg, preamble.frame.width, preamble.frame.height,
                     preamble.orientation};
}

Result<DecodedImage> DecodeJpeg(Bytes file, const ImageHeader& header) {
  ECHOLENS_CHECK(CheckFile(file));
  ECHOLENS_ASSIGN(const Preamble preamble, ReadPreamble(file));
  return DecodeJpegPixels(file, header, preamble.frame.components.size() == 1 ? 1 : 3);
}

}  // namespace echolens
