// `echolens evaluate --report`: one page for people, that needs nothing beside itself.
#pragma once

#include <string>

#include "evaluation/summary.h"
#include "image/preprocess.h"

namespace echolens::evaluate {

// HTML without scripts, with a policy that forbids every request. `seen`: how the network sees
// pictures, to show those of the worst mistakes; none without it. An image that cannot be read now
// is described without its picture.
std::string ReportPage(const Summary& summary, const Preprocessing* seen);

}  // namespace echolens::evaluate
