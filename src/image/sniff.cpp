#include "image/sniff.h"

#include <algorithm>
#include <optional>
#include <string>

namespace echolens {
namespace {

using namespace std::literals;

struct Signature {
  std::string_view bytes;
  ImageFormat format;
};

constexpr Signature kSignatures[] = {
    {"\x89PNG\r\n\x1A\n"sv, ImageFormat::kPng},
    {"\xFF\xD8\xFF"sv, ImageFormat::kJpeg},
    {"GIF87a"sv, ImageFormat::kGif},
    {"GIF89a"sv, ImageFormat::kGif},
};

// "BM" alone begins many a text; the size of the second header tells.
constexpr std::size_t kBmpHeaderSize = 14;
constexpr std::uint32_t kBmpHeaderSizes[] = {12, 16, 40, 52, 56, 64, 108, 124};

bool IsBmp(Bytes file) {
  if (!HasText(file, 0, "BM")) return false;
  if (file.size() < kBmpHeaderSize + 4) return true;  // cut off; its reader says so
  return std::ranges::count(kBmpHeaderSizes, LittleEndian32(file, kBmpHeaderSize)) > 0;
}

// The brand of an ISO base media file: "ftyp" at 4, then four letters.
std::string_view IsoBrandName(Bytes file) {
  for (const auto brand : {"avif"sv, "avis"sv}) {
    if (HasText(file, 8, brand)) return "an AVIF picture";
  }
  for (const auto brand :
       {"heic"sv, "heix"sv, "hevc"sv, "hevx"sv, "heim"sv, "heis"sv, "mif1"sv, "msf1"sv}) {
    if (HasText(file, 8, brand)) return "a HEIC picture";
  }
  return "an MP4 or QuickTime film";
}

// Skips a byte-order mark, white space, an XML prolog, comments and a DOCTYPE.
bool IsSvg(Bytes file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (;;) {
    at = text.find_first_not_of(" \t\r\n", at);
    if (at == std::string_view::npos) return false;
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("<svg") || rest.starts_with("<!DOCTYPE svg")) return true;
    const std::string_view close = rest.starts_with("<!--") ? "-->"sv
                                   : rest.starts_with("<?") ? "?>"sv
                                                            : ""sv;
    if (close.empty()) return false;
    at = text.find(close, at);
    if (at == std::string_view::npos) return false;
    at += close.size();
  }
}

std::optional<std::string_view> KnownButNotRead(Bytes file) {
  if (HasText(file, 0, "RIFF") && HasText(file, 8, "WEBP")) return "a WebP picture";
  for (const auto tiff : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
    if (HasText(file, 0, tiff)) return "a TIFF picture";
  }
  if (HasText(file, 128, "DICM")) return "a DICOM file (DICM at byte 128)";
  if (HasText(file, 4, "ftyp")) return IsoBrandName(file);
  if (HasText(file, 0, "%PDF-")) return "a PDF document";
  if (HasText(file, 0, "\0\0\0\x0CjP  \r\n\x87\n"sv) || HasText(file, 0, "\xFF\x4F\xFF\x51")) {
    return "a JPEG 2000 picture";
  }
  if (HasText(file, 0, "\0\0\0\x0CJXL \r\n\x87\n"sv) || HasText(file, 0, "\xFF\x0A")) {
    return "a JPEG XL picture";
  }
  if (IsSvg(file)) return "an SVG drawing";
  return std::nullopt;
}

std::string FirstBytes(Bytes file) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : file.first(std::min<std::size_t>(file.size(), 8))) {
    text += {' ', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

}  // namespace

Result<ImageFormat> SniffFormat(Bytes file) {
  if (file.empty()) return Error{ErrorCode::kImageEmpty, "the file is empty"};
  for (const auto& [bytes, format] : kSignatures) {
    if (HasText(file, 0, bytes)) return format;
  }
  if (IsBmp(file)) return ImageFormat::kBmp;
  if (const auto name = KnownButNotRead(file)) {
    return Error{ErrorCode::kImageUnsupported,
                 "the file is " + std::string(*name) +
                     ", which echolens does not read: " + "export the picture as PNG"};
  }
  for (const auto& [bytes, format] : kSignatures) {
    if (HasText(file, 0, bytes.substr(0, std::min(bytes.size(), file.size())))) {
      return Error{ErrorCode::kImageCorrupt, "the file ends after " + std::to_string(file.size()) +
                                                 (file.size() == 1 ? " byte" : " bytes") +
                                                 ", within a picture's signature"};
    }
  }
  if (HasText(file, 0, "\x89PNG")) {
    return Error{ErrorCode::kImageCorrupt,
                 "the PNG signature is damaged, as by a transfer in text mode"};
  }
  return Error{ErrorCode::kImageUnrecognised,
               "the file is no PNG, JPEG, BMP or GIF picture: it begins with" + FirstBytes(file)};
}

}  // namespace echolens
