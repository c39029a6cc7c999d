// The input gate: pictures that the network was not made for are refused before it sees them, each
// for a reason. What no measure of the picture tells (a photograph, another organ) is for the gate
// in feature space, in the model's metadata.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "image/decode.h"

namespace echolens {

enum class RefusalCode : std::uint8_t {
  kTooSmall,       // too few pixels to show a lesion
  kColoured,       // colour Doppler, elastography, a photograph
  kBlank,          // nearly no contrast
  kSeveralPanels,  // more than one picture in one
  kUnlike,         // beyond the model's gate in feature space
};

// The stable name in records: "too_small", "coloured", "blank", "several_panels", "unlike".
std::string_view RefusalName(RefusalCode code);

struct Refusal {
  RefusalCode code;
  std::string message;  // a sentence for a person: what was measured, what is expected, what to do
};

// The first reason against the picture, in the order above; nothing where there is none.
std::optional<Refusal> CheckPicture(const DecodedImage& image);

}  // namespace echolens
