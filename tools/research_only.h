// What every answer for people begins with.
#pragma once

namespace echolens::tools {

inline constexpr char kResearchOnly[] =
    "Research and education only. Not a medical device; not cleared or CE-marked. Scores\n"
    "are not validated cancer probabilities. Do not use it to diagnose, to exclude disease,\n"
    "or to decide for or against biopsy. Not evaluated on Doppler, elastography,\n"
    "post-surgical, axillary, implant, male or lactating breasts.\n";

}  // namespace echolens::tools
