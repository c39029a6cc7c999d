// Text attributes of HDF5 objects.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "convert/keras/hdf5_objects.h"
#include "result.h"

namespace echolens::convert::keras {

// Sizes of a dataspace message (section IV.A.2.b); nothing when it is damaged.
std::optional<std::vector<std::uint64_t>> ReadDataspace(std::span<const std::uint8_t> message);

// The name of an attribute message; empty when it is damaged.
std::string AttributeName(const Message& message);

// Its texts, of fixed or variable length. Errors: kSourceCorrupt.
Result<std::vector<std::string>> AttributeTexts(std::span<const std::uint8_t> file,
                                                const Message& message);

}  // namespace echolens::convert::keras
