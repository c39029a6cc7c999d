// The generated accessors of schema/tflite.fbs. Internal to model/ and to its tests.
#pragma once

#include <limits.h>

#undef ARG_MAX  // POSIX's, which musl and Emscripten define; in the schema it is an operator

#include "tflite_generated.h"
