// The program `echolens`: reads the command line, runs one subcommand, turns its outcome into an
// exit status.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "command.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr char kDescription[] =
    "echolens reads breast-ultrasound images with a neural network, on this computer alone.\n"
    "For research only: it is no medical device, and its answers are no diagnosis.";

constexpr char kExamples[] = R"(Examples:
  echolens classify scan.png                  one image, for people
  echolens classify --format jsonl scans/     a folder, one JSON record a line
  echolens inspect model.tflite               what a model file holds
  echolens bench                              how fast this computer is
  echolens convert model.keras -o m.tflite    a model file of trained weights
  echolens preprocess --size 256 -o p scans/  images as a network gets them

'echolens COMMAND --help' explains a command.

Exit status: 0 everything was answered, 1 something failed, 2 wrong use, 130 interrupted.)";

int Exit(ExitCode code) { return static_cast<int>(code); }

int Finish(const Result<ExitCode>& outcome) {
  if (outcome.ok()) return Exit(*outcome);
  const Error& error = outcome.error();
  if (!error.detail.empty()) Complain(error.detail);
  return Exit(error.code == ErrorCode::kInvalidArgument ? ExitCode::kWrongUse : ExitCode::kFailed);
}

// What is wrong with the command line, and where to read on.
std::string WrongUse(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  if (commands.empty() && app.remaining_size() > 0) {
    return "'" + app.remaining()[0] + "' is no command or option (see 'echolens --help')";
  }
  std::string name = "echolens";
  for (const CLI::App* command : commands) name += " " + command->get_name();
  return std::string(error.what()) + " (see '" + name + " --help')";
}

int Main(int argc, char** argv) {
  CLI::App app(kDescription, "echolens");
  app.set_version_flag("--version", "echolens " ECHOLENS_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.footer(kExamples);
  app.require_subcommand(1);
  const std::vector<Command> commands{// in the order of --help
                                      AddClassify(app), AddInspect(app), AddRun(app),
                                      AddBench(app),    AddConvert(app), AddPreprocess(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    Complain(WrongUse(app, error));
    return Exit(ExitCode::kWrongUse);
  }
  for (const Command& command : commands) {
    if (command.app->parsed()) return Finish(command.run());
  }
  return Exit(ExitCode::kWrongUse);
}

}  // namespace
}  // namespace echolens::tools

int main(int argc, char** argv) {
  using namespace echolens::tools;
  try {
    WatchSignals();
    return Main(argc, argv);
  } catch (const std::bad_alloc&) {
    Complain("out of memory");
  } catch (const std::exception& error) {
    Complain(std::string("internal error: ") + error.what());
  }
  return Exit(ExitCode::kFailed);
}
