// The call of a record and its percentages as people read them. The page says the same
// (web/wording/en/reading.js, web/wording/number_forms.js).
#pragma once

#include <string>

#include "reading/record.h"

namespace echolens::tools {

// A probability or a threshold: "94 %", below a tenth with one decimal, since thresholds lie there.
std::string Percent(double probability);

// "benign"; "not ruled out" or "called malignant" where a threshold called another class than the
// most probable one.
std::string CallText(const Record& record);

// Why it was called so, in a sentence; "" where the scores show it: the most probable class was
// called, and none reads like the threshold.
std::string CallReason(const Record& record);

}  // namespace echolens::tools
