// What `echolens evaluate` found, in words.
#pragma once

#include <string>

#include "evaluation/summary.h"

namespace echolens::evaluate {

// Sentences and a table of each figure, for a terminal. It names the files that have no answer: who
// is to mend them needs to know which.
std::string SummaryText(const Summary& summary);

// "0.853", to so many decimals.
std::string Decimals(double number, int decimals);

// "95.2 %".
std::string Percent(double share);

// "0.853 (0.812 – 0.890)" and "95.2 % (91.0 – 97.4)".
std::string IntervalText(const Interval& interval);
std::string PercentText(const Interval& interval);

// How the operating points came about, one sentence.
std::string PointsText(const Summary& summary);

}  // namespace echolens::evaluate
