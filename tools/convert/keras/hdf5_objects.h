// The objects of an HDF5 file and the messages that describe them: the form of HDF5 1.6, which h5py
// and so Keras write unless told otherwise. Section numbers are those of the HDF5 File Format
// Specification, version 3.0.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "result.h"

namespace echolens::convert::keras {

enum class MessageType : std::uint16_t {  // section IV.A.2
  kDataspace = 0x01,
  kDatatype = 0x03,
  kExternalFiles = 0x07,
  kLayout = 0x08,
  kFilters = 0x0B,
  kAttribute = 0x0C,
  kContinuation = 0x10,
  kSymbolTable = 0x11,
};

struct Message {
  MessageType type;
  bool shared;  // its bytes lie elsewhere
  std::span<const std::uint8_t> data;
};

// The messages of the object header at `address` (IV.A.1.a). Errors: kSourceCorrupt.
Result<std::vector<Message>> ReadObjectHeader(std::span<const std::uint8_t> file,
                                              std::uint64_t address);

// Addresses of object headers by path ("layers/conv2d/vars/0"; the root is ""), as hard links lead
// to them. Soft and external links are left out. Errors: kSourceCorrupt, kSourceUnsupported (a
// newer form).
Result<std::map<std::string, std::uint64_t, std::less<>>> ListObjects(
    std::span<const std::uint8_t> file);

}  // namespace echolens::convert::keras
