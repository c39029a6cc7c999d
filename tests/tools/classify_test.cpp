#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bmp.h"
#include "model/sample_models.h"
#include "model/sha256.h"
#include "model/tflite.h"
#include "reading/golden.h"
#include "tools/program.h"

using namespace echolens;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

// A folder of pictures, read with a small model that stands beside it.
struct Scans {
  TemporaryFolder folder, models;
  std::string model = models.Add("small.tflite", SmallClassifier());

  Finished Classify(Arguments arguments, const std::string& input = "") const {
    arguments.insert(arguments.begin(), {"classify", "--model", model});
    return RunProgram(arguments, input, folder.path());
  }
};

std::vector<Json> Records(const std::string& out) {
  std::vector<Json> records;
  for (const std::string& line : Lines(out)) records.push_back(Json::parse(line, nullptr, false));
  return records;
}

// The reproducible part of every record.
std::vector<Json> WithoutRun(std::vector<Json> records) {
  for (Json& record : records) record.erase("run");
  return records;
}

std::string Number(int i) { return std::string(i < 10 ? "0" : "") + std::to_string(i); }

}  // namespace

TEST_CASE("one image, for people") {
  const Scans scans;
  scans.folder.Add("a.bmp", SmallPicture());
  const Finished run = scans.Classify({"a.bmp"});
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  const std::vector<std::string> lines = Lines(run.out);
  REQUIRE(lines.size() == 11);
  CHECK(lines[0].starts_with("Research and education only."));
  CHECK(lines[4] == "Model: small, version 1.0");
  CHECK(lines[5] == "");
  CHECK(lines[6].starts_with("a.bmp: "));
  CHECK(lines[7].starts_with("  normal "));
  CHECK(lines[8].starts_with("  benign "));
  CHECK(lines[9].starts_with("  malignant "));
  CHECK(lines[10].starts_with("  144 x 96 pixels, read in "));
}

TEST_CASE("a folder, with a broken image in it") {
  const Scans scans;
  scans.folder.Add("scans/a.bmp", SmallPicture(1));
  scans.folder.Add("scans/b.png", "\x89PNG\r\n\x1a\nand no more");
  scans.folder.Add("scans/c.bmp", SmallPicture(2));
  scans.folder.Add("scans/notes.txt", "x");
  const Finished run = scans.Classify({"--format", "jsonl", "scans"});
  CHECK(run.exit == 1);
  CHECK(run.err == "echolens: 1 file in the folders was left out: it is not named like an image\n");
  const std::vector<Json> records = Records(run.out);
  REQUIRE(records.size() == 3);
  CHECK(records[0]["file"] == "scans/a.bmp");
  CHECK(records[0]["schema"] == "echolens.record/1");
  CHECK(records[0]["image"]["sha256"] == Sha256Hex(SmallPicture(1)));
  CHECK(records[0]["model"]["sha256"] == Sha256Hex(SmallClassifier()));
  CHECK(records[1]["file"] == "scans/b.png");
  CHECK(records[1]["error"]["code"] == "image_corrupt");
  CHECK(!records[1].contains("probabilities"));
  CHECK(records[2]["file"] == "scans/c.bmp");
  CHECK(records[2].contains("call"));

  const Finished text = scans.Classify({"scans"});
  CHECK(text.exit == 1);
  CHECK(text.out.ends_with("\n3 images: 2 answered, 0 refused, 1 failed\n"));
}

TEST_CASE("records stand in the order of the input, whatever the jobs") {
  const Scans scans;
  for (int i = 0; i < 50; ++i) {
    if (i % 10 == 3) {
      scans.folder.Add("s/" + Number(i) + ".bmp", "");
    } else {
      scans.folder.Add("s/" + Number(i) + ".bmp", SmallPicture(static_cast<std::uint32_t>(i)));
    }
  }
  const Finished one = scans.Classify({"--format", "jsonl", "s"});
  CHECK(one.exit == 1);
  const std::vector<Json> expected = WithoutRun(Records(one.out));
  REQUIRE(expected.size() == 50);
  for (int i = 0; i < 50; ++i)
    CHECK(expected[static_cast<std::size_t>(i)]["file"] == "s/" + Number(i) + ".bmp");
  for (const char* jobs : {"0", "4", "64"}) {
    const Finished many = scans.Classify({"--format", "jsonl", "--jobs", jobs, "s"});
    CHECK(many.exit == 1);
    CHECK(WithoutRun(Records(many.out)) == expected);
  }
}

TEST_CASE("CSV") {
  const Scans scans;
  scans.folder.Add("=a,b.bmp", SmallPicture());
  const Finished run = scans.Classify({"--format", "csv", "=a,b.bmp", "no.png"});
  CHECK(run.exit == 1);
  const std::vector<std::string> lines = Lines(run.out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("file,call,probability_normal,"));
  CHECK(lines[1].starts_with("\"'=a,b.bmp\","));
  CHECK(lines[2] ==
        "no.png,,,,,,,,,,file_unreadable,cannot read 'no.png': No such file or directory,,,,,,,"
        ",,,,\r");
}

TEST_CASE("refused images are rows, and no failures") {
  const Scans scans;
  scans.folder.Add("s/a.bmp", SmallPicture());
  scans.folder.Add("s/b.bmp", tools::BmpFile({120, 96, std::vector<std::uint8_t>(120 * 96, 7)}));
  const Finished run = scans.Classify({"--format", "jsonl", "s"});
  CHECK(run.exit == 0);
  const std::vector<Json> records = Records(run.out);
  REQUIRE(records.size() == 2);
  CHECK(!records[0].contains("refused"));
  CHECK(records[1]["refused"]["code"] == "blank");
  CHECK(records[1]["file"] == "s/b.bmp");
  CHECK(!records[1].contains("probabilities"));
  CHECK(scans.Classify({"s"}).out.ends_with("\n2 images: 1 answered, 1 refused, 0 failed\n"));
  const std::string row = Lines(scans.Classify({"--format", "csv", "s/b.bmp"}).out)[1];
  CAPTURE(row);
  CHECK(row.starts_with("s/b.bmp,,,,,,,,blank,\"the picture is nearly blank: "));

  const Finished forced = scans.Classify({"--format", "jsonl", "--force", "s"});
  CHECK(forced.exit == 0);
  const std::vector<Json> answers = Records(forced.out);
  CHECK(answers[0]["warnings"].empty());
  CHECK(answers[1].contains("probabilities"));
  CHECK(answers[1]["warnings"].size() == 1);
}

TEST_CASE("one panel of several is read by its region") {
  const Scans scans;
  GreyImage panels = *GoldenImage(1, 300, 144);
  for (std::size_t y = 0; y < 144; ++y) {
    for (std::size_t x = 144; x < 156; ++x) panels.pixels[y * 300 + x] = 0;
  }
  scans.folder.Add("panels.bmp", tools::BmpFile(panels));
  const auto record = [&](const Arguments& arguments) {
    const Finished run = scans.Classify(arguments);
    CHECK(run.exit == 0);
    return Records(run.out).at(0);
  };
  CHECK(record({"--format", "jsonl", "panels.bmp"})["refused"]["code"] == "several_panels");
  const Json read = record({"--format", "jsonl", "--region", "0,0,144,144", "panels.bmp"});
  CHECK(!read.contains("refused"));
  CHECK(read["region"] == Json{{"x", 0}, {"y", 0}, {"width", 144}, {"height", 144}});
  CHECK(read["image"]["width"] == 300);
  const auto row = [&](const Arguments& arguments) {
    return Lines(scans.Classify(arguments).out).at(1);
  };
  CHECK(row({"--format", "csv", "--region", "0,0,144,144", "panels.bmp"})
            .find(",bmp,300,144,0,0,144,144,") != std::string::npos);
  CHECK(row({"--format", "csv", "panels.bmp"}).find(",bmp,300,144,,,,,") != std::string::npos);

  const Finished beyond =
      scans.Classify({"--format", "jsonl", "--region", "200,0,144,144", "panels.bmp"});
  CHECK(beyond.exit == 1);
  CHECK(Records(beyond.out).at(0)["error"]["code"] == "invalid_argument");
  for (const char* wrong : {"", "1,2,3", "1,2,3,4,5", "1,2,3,4 ", "-1,2,3,4", "1,2,0,4", "a,b,c,d",
                            "1,2,3,99999999999", "1;2;3;4"}) {
    CAPTURE(wrong);
    const Finished run = scans.Classify({"--region", wrong, "panels.bmp"});
    CHECK(run.exit == 2);
    CHECK(run.err.find("is not X,Y,W,H, whole numbers of pixels") != std::string::npos);
  }
}

TEST_CASE("an operating point is chosen by its name") {
  const Scans scans;
  scans.folder.Add("a.bmp", SmallPicture());
  ModelFile model = SmallModel(DataType::kInt8);
  model.metadata->operating_points = {{"rule-out", 2, 0, {}, {}, ""}, {"never", 2, 1, {}, {}, ""}};
  scans.models.Add("small.tflite", ClassifierFile(model));
  const auto chosen = [&](const Arguments& arguments) {
    Arguments all{"--format", "jsonl", "a.bmp"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Finished run = scans.Classify(all);
    REQUIRE(run.exit == 0);
    const Json record = Records(run.out)[0];
    CHECK(record["operating_points"].size() == 2);
    return record["operating_point"].get<std::string>();
  };
  CHECK(chosen({}) == "rule-out");
  CHECK(chosen({"--operating-point", "never"}) == "never");
  CHECK(scans.Classify({"a.bmp"}).out.find(
            "\n  at 'rule-out': malignant (malignant from <0.1 %)\n") != std::string::npos);
  CHECK(Lines(scans.Classify({"--format", "csv", "a.bmp"}).out)[0].find(
            ",call_rule-out,call_never,operating_point,set,warnings,") != std::string::npos);
  const Finished wrong = scans.Classify({"--operating-point", "x", "a.bmp"});
  CHECK(wrong.exit == 2);
  CHECK(wrong.out == "");
  CHECK(wrong.err ==
        "echolens: the model has no operating point 'x': it has 'rule-out' and 'never'\n");
}

TEST_CASE("names stay out when asked, also out of messages") {
  const Scans scans;
  scans.folder.Add("Jane Doe/scan.bmp", SmallPicture());
  scans.folder.Add("Jane Doe/empty.png", "");
  fs::create_symlink("nowhere", scans.folder.path() / "Jane Doe/lost.png");
  for (const char* format : {"text", "jsonl", "csv"}) {
    const Finished run =
        scans.Classify({"--no-names", "--format", format, "Jane Doe", "Jane Doe/no.png"});
    CHECK(run.exit == 1);
    for (const char* name : {"Jane", "scan", "lost", "no.png"})
      CHECK((run.out + run.err).find(name) == std::string::npos);
    CHECK(run.out.find("cannot read the file: No such file or directory") != std::string::npos);
  }
  const Finished run = scans.Classify({"--no-names", "--format", "jsonl", "Jane Doe/scan.bmp"});
  CHECK(!Records(run.out)[0].contains("file"));
}

TEST_CASE("any file name comes out well formed") {
  const Scans scans;
  const std::vector<std::string> names{"a\nb.bmp", "\x1b[2J.bmp", "a,\"b\".bmp", "Brüste 乳.bmp",
                                       "a\xFF"
                                       "b.bmp"};
  Arguments arguments{"--format", "jsonl"};
  for (const std::string& name : names) {
    scans.folder.Add(name, SmallPicture());
    arguments.push_back(name);
  }
  const Finished jsonl = scans.Classify(arguments);
  CHECK(jsonl.exit == 0);
  const std::vector<Json> records = Records(jsonl.out);
  REQUIRE(records.size() == names.size());
  for (std::size_t i = 0; i + 1 < names.size(); ++i) CHECK(records[i]["file"] == names[i]);
  CHECK(records.back()["file"] == "a\uFFFDb.bmp");

  arguments[1] = "text";
  const Finished text = scans.Classify(arguments);
  CHECK(text.exit == 0);
  CHECK(text.out.find("\na?b.bmp: ") != std::string::npos);
  CHECK(text.out.find("\n?[2J.bmp: ") != std::string::npos);
  CHECK(text.out.find('\x1b') == std::string::npos);
}

TEST_CASE("paths come from standard input, one a line") {
  const Scans scans;
  scans.folder.Add("a b.bmp", SmallPicture(1));
  scans.folder.Add("s/c.bmp", SmallPicture(2));
  scans.folder.Add("last.bmp", SmallPicture(3));
  const Finished run = scans.Classify({"--format", "jsonl", "--jobs", "2", "-", "last.bmp"},
                                      "a b.bmp\n\ns\na b.bmp");
  CHECK(run.err == "");
  CHECK(run.exit == 0);
  const std::vector<Json> records = Records(run.out);
  REQUIRE(records.size() == 4);
  CHECK(records[0]["file"] == "a b.bmp");
  CHECK(records[1]["file"] == "s/c.bmp");
  CHECK(records[2]["file"] == "a b.bmp");
  CHECK(records[3]["file"] == "last.bmp");
}

TEST_CASE("paths on standard input end in LF or CRLF") {
  const Scans scans;
  scans.folder.Add("a.bmp", SmallPicture(1));
  const Finished run = scans.Classify({"--format", "jsonl", "-"}, "a.bmp\r\n\r\na.bmp\na.bmp\r");
  CHECK(run.err == "");
  CHECK(run.exit == 0);
  const std::vector<Json> records = Records(run.out);
  REQUIRE(records.size() == 3);
  for (const Json& record : records) CHECK(record["file"] == "a.bmp");
}

TEST_CASE("no images is an error") {
  const Scans scans;
  fs::create_directory(scans.folder.path() / "empty");
  for (const Finished& run : {scans.Classify({"empty"}), scans.Classify({"-"}, ""),
                              scans.Classify({"--format", "csv", "-"}, "\n\n")}) {
    CHECK(run.exit == 1);
    CHECK(run.out == "");
    CHECK(run.err == "echolens: there are no images to read\n");
  }
}

TEST_CASE("a file or folder that is not there is a failed record") {
  const Scans scans;
  const Finished run = scans.Classify({"--format", "jsonl", "no.png"});
  CHECK(run.exit == 1);
  CHECK(run.err == "");
  CHECK(Records(run.out)[0]["error"]["code"] == "file_unreadable");
  CHECK(Records(run.out)[0]["error"]["message"] ==
        "cannot read 'no.png': No such file or directory");
}

TEST_CASE("a model that does not load is one error, before any image is read") {
  const Scans scans;
  scans.folder.Add("a.bmp", SmallPicture());
  const auto check = [&](const std::string& model, const std::string& sentence) {
    const Finished run =
        RunProgram({"classify", "--jobs", "4", "--model", model, "a.bmp", "b.bmp", "c.bmp"}, "",
                   scans.folder.path());
    CHECK(run.exit == 1);
    CHECK(run.out == "");
    CHECK(run.err.starts_with("echolens: " + sentence));
    CHECK(Lines(run.err).size() == 1);
  };
  auto bytes = SmallClassifier();
  bytes.back() ^= 1;
  check(scans.models.Add("damaged", bytes), "");
  bytes.resize(100);
  check(scans.models.Add("truncated", bytes), "");
  check(OperatorFile("conv_2d-same-int8.tflite"), "the model has no echolens metadata");
  check(scans.models.Add("other", WriteTflite(SmallModel(DataType::kInt8))), "");
  check("no.tflite", "cannot read 'no.tflite': No such file or directory");
}

TEST_CASE("a record is printed when it is there, and Ctrl-C ends between two") {
  const Scans scans;
  const std::string a = scans.folder.Add("a.bmp", SmallPicture());
  for (const char* jobs : {"1", "3"}) {
    RunningProgram program(
        {"classify", "--model", scans.model, "--format", "jsonl", "--jobs", jobs, "-"});
    for (int i = 0; i < 3; ++i) {
      program.Write(a + "\n");
      CHECK(Records(program.ReadLine())[0]["file"] == a);  // while the input stays open
    }
    program.Interrupt();
    CHECK(program.ReadLine() == "");
    CHECK(program.Wait() == 130);
    CHECK(program.Errors() == "");
  }
}

TEST_CASE("a reader that goes away ends it without a word") {
  const Scans scans;
  const std::string a = scans.folder.Add("a.bmp", SmallPicture());
  RunningProgram program({"classify", "--model", scans.model, "--format", "jsonl", "-"});
  program.Write(a + "\n");
  program.ReadLine();
  program.CloseOutput();
  program.Write(a + "\n");
  CHECK(program.Wait() == 1);
  CHECK(program.Errors() == "");
}

TEST_CASE("standard output that cannot be written is an error") {
  const Scans scans;
  const std::string a = scans.folder.Add("a.bmp", SmallPicture());
  const Finished run =
      RunProgram({"classify", "--model", scans.model, a}, "", scans.folder.path(), "/dev/full");
  CHECK(run.exit == 1);
  CHECK(run.err == "echolens: cannot write to standard output: No space left on device\n");
}

TEST_CASE("the model inside the program") {
  const Finished run =
      RunProgram({"classify", "--format", "jsonl", TEST_DATA "/images/busbra-0090-benign.png"});
  REQUIRE(run.exit == 0);
  REQUIRE(Records(run.out).size() == 1);
  CHECK(Records(run.out)[0]["probabilities"].size() == 3);
}
