// --memory-limit, of every command that runs a network.
#pragma once

#include "runtime/engine.h"

namespace CLI {
class App;
}

namespace echolens::tools {

// Adds the option, in MiB, to a command; what it is told lands in `engine`, which has to live as
// long as the command.
void AddMemoryLimit(CLI::App& app, EngineOptions& engine);

}  // namespace echolens::tools
