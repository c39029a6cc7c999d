// The SHA-256 over a model file's content, kept in its metadata (docs/model-file.md). Internal to
// model/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "model/tflite_format.h"
#include "result.h"

namespace echolens {

// The buffer that holds our metadata; nothing where the file has none. Errors: kModelCorrupt.
Result<std::optional<std::span<const std::uint8_t>>> FindMetadata(
    const tflite_format::Model& model);

// Where in the file the 32 bytes of the hash stand. `metadata` is part of `file`. Errors:
// kModelCorrupt.
Result<std::size_t> ContentHashOffset(std::span<const std::uint8_t> file,
                                      std::span<const std::uint8_t> metadata);

// SHA-256 over the file, its bytes from `offset` to `offset` + 32 taken as zero.
std::array<std::uint8_t, 32> ContentHash(std::span<const std::uint8_t> file, std::size_t offset);

// The SHA-256 of the file as it is, in hexadecimal digits; both sums are made in one pass. Errors:
// kModelCorrupt, when the file is not what was hashed.
Result<std::string> CheckContentHash(std::span<const std::uint8_t> file,
                                     std::span<const std::uint8_t> metadata);

}  // namespace echolens
