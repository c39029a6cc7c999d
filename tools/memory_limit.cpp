#include "memory_limit.h"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>

namespace echolens::tools {

void AddMemoryLimit(CLI::App& app, EngineOptions& engine) {
  constexpr std::size_t kMost = 16384;
  app.add_option_function<std::size_t>(
         "--memory-limit",
         [&engine](std::size_t mebibytes) { engine.memory_limit = mebibytes << 20; },
         "Most memory that a network may take, in MiB; otherwise " +
             std::to_string(engine.memory_limit >> 20))
      ->check(CLI::Range(std::size_t{1}, kMost))
      ->type_name("MIB");
}

}  // namespace echolens::tools
