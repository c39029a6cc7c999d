// How a subcommand joins the program: it declares its options on the CLI11 application and hands
// back what to run.
#pragma once

#include <functional>

#include "result.h"

namespace CLI {
class App;
}

namespace echolens::tools {

// What the program's exit status says.
enum class ExitCode {
  kDone = 0,           // everything asked for was answered
  kFailed = 1,         // something failed: a record or a sentence on standard error says what
  kWrongUse = 2,       // the command line has no meaning; nothing was begun
  kInterrupted = 130,  // Ctrl-C, as shells report it; what was printed before is whole
};

// An error becomes one sentence on standard error; kInvalidArgument is wrong use, everything else a
// failure.
struct Command {
  CLI::App* app;
  std::function<Result<ExitCode>()> run;
};

Command AddClassify(CLI::App& program);
Command AddInspect(CLI::App& program);
Command AddRun(CLI::App& program);
Command AddBench(CLI::App& program);
Command AddConvert(CLI::App& program);
Command AddPreprocess(CLI::App& program);

}  // namespace echolens::tools
