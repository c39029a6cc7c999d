#include "tools/program.h"

#include <doctest/doctest.h>

namespace {

void CheckWrongUse(const Arguments& arguments, const std::string& sentence) {
  const Finished run = RunProgram(arguments);
  CHECK(run.exit == 2);
  CHECK(run.out == "");
  CHECK(run.err == "echolens: " + sentence + "\n");
}

}  // namespace

TEST_CASE("every command explains itself, with examples") {
  for (const Arguments& arguments : {Arguments{"--help"},
                                     {"classify", "--help"},
                                     {"inspect", "-h"},
                                     {"run", "--help"},
                                     {"bench", "--help"},
                                     {"preprocess", "--help"}}) {
    const Finished run = RunProgram(arguments);
    CHECK(run.exit == 0);
    CHECK(run.err == "");
    CHECK(run.out.find("Examples:\n  echolens ") != std::string::npos);
    for (const std::string& line : Lines(run.out)) {
      CAPTURE(line);
      CHECK(line.size() <= 100);
    }
  }
}

TEST_CASE("the version") {
  const Finished run = RunProgram({"--version"});
  CHECK(run.exit == 0);
  CHECK(run.out == "echolens " ECHOLENS_VERSION "\n");
}

TEST_CASE("wrong use is one sentence, and exit status 2") {
  CheckWrongUse({}, "A subcommand is required (see 'echolens --help')");
  CheckWrongUse({"look"}, "'look' is no command or option (see 'echolens --help')");
  CheckWrongUse({"--look"}, "'--look' is no command or option (see 'echolens --help')");
  CheckWrongUse({"classify"}, "PATH is required (see 'echolens classify --help')");
  CheckWrongUse({"classify", "--model"},
                "--model: 1 required FILE missing (see 'echolens classify --help')");
  CheckWrongUse({"classify", "--frob", "x.png"},
                "The following argument was not expected: --frob (see 'echolens classify --help')");
  CheckWrongUse({"classify", "--format", "xml", "x.png"},
                "--format: xml not in {text,jsonl,csv} (see 'echolens classify --help')");
  CheckWrongUse({"classify", "--jobs", "-1", "x.png"},
                "--jobs: Value -1 not in range 0 to 256 (see 'echolens classify --help')");
  CheckWrongUse({"run", "x.tflite", "--input", "x.npy"},
                "--output is required (see 'echolens run --help')");
  CheckWrongUse({"bench", "--seconds", "soon"},
                "Could not convert: --seconds = soon (see 'echolens bench --help')");
  CheckWrongUse({"bench", "--seconds", "nan"}, "--seconds is nan, expected 0 to 3600");
  CheckWrongUse({"inspect", "a\x1b[2J", "b\x1b[2J"},
                "The following argument was not expected: b?[2J (see 'echolens inspect --help')");
}
