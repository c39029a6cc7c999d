// The rules of folding. Each looks at one node and rewrites the network around it if it can do so
// without changing what the network computes; true: it did. Only a weight that leaves float32's
// range is an error.
#pragma once

#include <cstddef>

#include "convert/fold/editor.h"

namespace echolens::convert {

using Rule = Result<bool> (*)(Editor&, std::size_t node);

// drop.cpp
Result<bool> DropUnread(Editor& editor, std::size_t node);
Result<bool> DropIdentity(Editor& editor, std::size_t node);

// constants.cpp: arithmetic, affine layers, reshapes, transposes and joins of constants
Result<bool> ComputeConstant(Editor& editor, std::size_t node);

// spell.cpp: one spelling for what can be said in several ways
Result<bool> SpellAffine(Editor& editor, std::size_t node);      // normalisation, arithmetic
Result<bool> SpellReshape(Editor& editor, std::size_t node);     // a transpose that moves nothing
Result<bool> SpellActivation(Editor& editor, std::size_t node);  // x · sigmoid(x), …

// affine.cpp
Result<bool> AffineIntoAffine(Editor& editor, std::size_t node);
Result<bool> AffineIntoWeightsBefore(Editor& editor, std::size_t node);
Result<bool> AffineIntoWeightsBehind(Editor& editor, std::size_t node);

// pad.cpp
Result<bool> PadIntoWindow(Editor& editor, std::size_t node);

// layout.cpp
Result<bool> LayoutIntoLayout(Editor& editor, std::size_t node);  // two reshapes, two transposes
Result<bool> LayoutBehindElements(Editor& editor, std::size_t node);  // moved down
Result<bool> ReshapeIntoGlobalPooling(Editor& editor, std::size_t node);
Result<bool> TransposeIntoDense(Editor& editor, std::size_t node);

}  // namespace echolens::convert
