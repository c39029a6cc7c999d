#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/sample_models.h"
#include "tools/program.h"

using namespace echolens;
using Json = nlohmann::json;

namespace {

// Labelled pictures, and a small model beside them.
struct Scans {
  TemporaryFolder folder, models;
  std::string model = models.Add("small.tflite", SmallClassifier());

  // `count` pictures of each of two classes, in folders of their names.
  explicit Scans(std::uint32_t count = 0) {
    for (std::uint32_t i = 1; i <= count; ++i) {
      folder.Add("benign/" + std::to_string(i) + ".bmp", SmallPicture(i));
      folder.Add("malignant/" + std::to_string(i) + ".bmp", SmallPicture(100 + i));
    }
  }

  Finished Evaluate(Arguments arguments) const {
    arguments.insert(arguments.begin(), {"evaluate", "--model", model, "--resamples", "100"});
    return RunProgram(arguments, "", folder.path());
  }
};

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t CountOf(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t i = 0; (i = text.find(part, i)) != std::string::npos; i += part.size()) ++count;
  return count;
}

std::string Text(const std::string& path) {
  const auto bytes = ReadBytes(path);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("recorded predictions give scikit-learn's figures") {
  const std::string folder = std::string(TEST_DATA) + "/evaluation";
  const Finished run = RunProgram({"evaluate", "--predictions", folder + "/predictions.csv",
                                   "--resamples", "500", "--seed", "7", "--format", "json"});
  CHECK(run.err == "");
  REQUIRE(run.exit == 0);
  const Json json = Json::parse(run.out);
  CHECK(json["schema"] == "echolens.evaluation/1");
  CHECK(!json.contains("model"));
  const auto check = [&](const std::string& name, const Json& number) {
    for (const std::string& line : Lines(Text(folder + "/figures.csv"))) {
      if (!line.starts_with(name + ",")) continue;
      CHECK(std::abs(number.get<double>() - std::stod(line.substr(name.size() + 1))) <= 1e-9);
      return;
    }
    FAIL(name);
  };
  for (const std::string end : {"value", "lower", "upper"}) {
    check("auc_rest." + end, json["auc"]["against_rest"][end]);
    check("auc_benign." + end, json["auc"]["against_negative"][end]);
  }
  check("auc_grouped.value", json["auc"]["against_rest_by_group"]["value"]);
  check("accuracy", json["confusion"]["accuracy"]["value"]);
  check("recall.2", json["confusion"]["recall"]["malignant"]["value"]);
  check("confusion.1.2", json["confusion"]["counts"][1][2]);
  check("macro_f1", json["confusion"]["macro_f1"]);
  check("ece_called", json["calibration"]["ece"]);
  check("ece_malignant", json["calibration"]["ece_positive"]);
  check("brier", json["calibration"]["brier"]);
  check("brier_malignant", json["calibration"]["brier_positive"]);
  CHECK(json["operating_points_of_model"] == false);
  CHECK(json["operating_points"][0]["threshold"] == .5);
  CHECK(json["operating_points"][0]["cost"].size() == 3);
}

TEST_CASE("a folder with one folder a class, for people") {
  const Scans scans(5);
  scans.folder.Add("benign/1_mask.bmp", SmallPicture());
  scans.folder.Add("loose.bmp", SmallPicture());
  const Finished run = scans.Evaluate({"."});
  CHECK(run.err ==
        "echolens: left out, named like masks of lesions: 1\n"
        "echolens: left out, images that nothing says the class of: 1\n");
  CHECK(run.exit == 0);
  CHECK(run.out.starts_with("Research and education only."));
  CHECK(Has(run.out, "Model: small, version 1.0, SHA-256 "));
  CHECK(Has(run.out,
            "\n10 images of 10 groups answered: 0 normal, 5 benign, 5 malignant; "
            "0 refused, 0 not evaluated\n"));
  CHECK(Has(run.out, "\n  malignant against the rest "));
  CHECK(Has(run.out, "\n  malignant against benign "));
  CHECK(!Has(run.out, "a group's mean"));
  CHECK(Has(run.out, "    none there\n"));  // the recall of normal
  CHECK(Has(run.out,
            "\nThe model has no operating points: judged where half of the probability "
            "is reached"));
  CHECK(Has(run.out, "\n  one half: malignant at 0.500 or more\n"));
  CHECK(Has(run.out, "of 1,000 women, 10 with cancer: "));
  CHECK(!Has(run.out, "\nNot evaluated\n"));
  CHECK(scans.Evaluate({"."}).out == run.out);
}

TEST_CASE("a table with semicolons says the same as one with commas") {
  const Scans scans(3);
  std::string labels = "file,label\n";
  for (const char* label : {"benign", "malignant"}) {
    for (const char* name : {"/1.bmp,", "/2.bmp,", "/3.bmp,"})
      labels += label + std::string(name) + label + "\n";
  }
  scans.folder.Add("labels.csv", labels);
  const Finished commas = scans.Evaluate({"--labels", "labels.csv"});
  CHECK(commas.exit == 0);
  std::ranges::replace(labels, ',', ';');
  scans.folder.Add("labels.csv", "\xEF\xBB\xBF" + labels);
  CHECK(scans.Evaluate({"--labels", "labels.csv"}).out == commas.out);
}

TEST_CASE("what cannot be read is listed, and the rest evaluated") {
  Scans scans(3);
  scans.folder.Add("malignant/bad.png", "\x89PNG\r\n\x1a\nand no more");
  scans.folder.Add("labels.csv",
                   "file,label,group\nbenign/1.bmp,benign,Jane Doe\nbenign/2.bmp,benign,Jane Doe\n"
                   "malignant/1.bmp,malignant,2\nmalignant/bad.png,malignant,3\n"
                   "Jane.bmp,benign,4\nbenign/3.bmp,bening,5\n");
  const Finished text = scans.Evaluate({"--labels", "labels.csv"});
  CHECK(text.exit == 1);
  CHECK(text.err == "echolens: left out, images that nothing says the class of: 2\n");
  CHECK(Has(text.out, "\n3 images of 2 groups answered: "));
  CHECK(Has(text.out, "against the rest, a group's mean"));
  CHECK(Has(text.out, "\nNot evaluated\n"));
  CHECK(Has(text.out, "\n  line 7 (benign/3.bmp): the label 'bening' is unknown, "));
  CHECK(Has(text.out, "\n  line 5 (malignant/bad.png): "));
  CHECK(Has(text.out,
            "\n  line 6 (Jane.bmp): cannot read './Jane.bmp': No such file or "
            "directory\n"));

  const Finished quiet =
      scans.Evaluate({"--labels", "labels.csv", "--format", "json", "--report", "r.html", "."});
  CHECK(quiet.exit == 1);
  const std::string page = Text(scans.folder / "r.html");
  for (const char* name : {"Jane", "bad.png", "1.bmp"}) {
    CHECK(!Has(quiet.out, name));
    CHECK(!Has(page, name));
  }
  const Json json = Json::parse(quiet.out);
  CHECK(json["images"]["answered"] == 3);
  CHECK(json["images"]["groups"] == 2);
  REQUIRE(json["not_evaluated"].size() == 3);
  CHECK(json["not_evaluated"][0]["line"] == 7);
  CHECK(json["not_evaluated"][2]["line"] == 6);
  CHECK(json["not_evaluated"][2]["code"] == "file_unreadable");
  CHECK(json["not_evaluated"][2]["message"] == "cannot read the file: No such file or directory");

  const Finished named = scans.Evaluate({"--labels", "labels.csv", "--format", "json", "--names"});
  CHECK(Json::parse(named.out)["not_evaluated"][2]["file"] == "Jane.bmp");
}

TEST_CASE("the operating points of a model are judged, and what its gate refuses is told") {
  Scans scans(4);
  ModelFile model = SmallModel(DataType::kInt8);
  model.metadata->operating_points = {{"rule-out", 2, .125F, {}, {}, ""},
                                      {"balanced", 2, .5F, {}, {}, ""}};
  scans.models.Add("small.tflite", ClassifierFile(model));
  const Finished run = scans.Evaluate({"--format", "json", "."});
  REQUIRE(run.exit == 0);
  const Json json = Json::parse(run.out);
  CHECK(json["operating_points_of_model"] == true);
  REQUIRE(json["operating_points"].size() == 2);
  CHECK(json["operating_points"][0]["name"] == "rule-out");
  CHECK(json["operating_points"][1]["threshold"] == .5);
  CHECK(Has(scans.Evaluate({"."}).out, "\nOperating points of the model "));

  ModelFile gated{FullNetwork(), FullMetadata()};
  gated.metadata->gate->centres = {{{100, 100}, {1, 1}}};
  gated.metadata->gate->threshold = 16000;
  scans.models.Add("small.tflite", ClassifierFile(gated));
  const Finished refused = scans.Evaluate({"."});
  CHECK(refused.exit == 1);
  CHECK(Has(refused.err,
            "echolens: no image has an answer: there is nothing to evaluate; image 1 "
            "(benign/1.bmp): the image is unlike those that the model reads"));
}

TEST_CASE("predictions written are predictions to evaluate") {
  const Scans scans(4);
  const Finished first = scans.Evaluate({"--predictions-out", "p.csv", "--format", "json", "."});
  REQUIRE(first.exit == 0);
  const std::string table = Text(scans.folder / "p.csv");
  CHECK(table.starts_with("file,label,probability_normal,probability_benign,"));
  CHECK(Lines(table).size() == 9);
  CHECK(Has(table, "\nmalignant/4.bmp,malignant,"));
  const Finished again = scans.Evaluate({"--predictions", "p.csv", "--format", "json"});
  REQUIRE(again.exit == 0);
  Json a = Json::parse(first.out), b = Json::parse(again.out);
  for (Json* json : {&a, &b}) json->erase("worst_mistakes");  // numbered by lines, or by images
  CHECK(a == b);
}

TEST_CASE("the report is one page that asks for nothing") {
  const Scans scans(6);
  const Finished run = scans.Evaluate({"--report", "r.html", "."});
  REQUIRE(run.exit == 0);
  const std::string page = Text(scans.folder / "r.html");
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(Has(page, "content=\"default-src 'none'; img-src data:; style-src 'sha256-"));
  for (const char* part : {"http:", "https:", "<script", " style=", "url(", "@import", "<link"})
    CHECK(!Has(page, part));
  for (const char* name : {"roc", "reliability", "decision"})
    CHECK(Has(page, "aria-labelledby=\"" + std::string(name) + "-title "));
  CHECK(CountOf(page, "<svg viewBox") == 3);
  CHECK(CountOf(page, "</desc>") == 3);
  CHECK(Has(page, "This page holds pictures of patients"));
  CHECK(Has(page, "src=\"data:image/png;base64,"));
  CHECK(CountOf(page, "<img ") == CountOf(page, "<img alt=\"The image as the network saw it"));
  CHECK(!Has(page, ".bmp"));
  CHECK(CountOf(page, "<td>none there</td>") == 1);  // the recall of normal
  CHECK(Has(page, "are among them as here, and if as many of them have cancer."));
  CHECK(!Has(page, "screening"));

  scans.Evaluate({"--report", "r.html", "--no-pictures", "--names", "."});
  const std::string named = Text(scans.folder / "r.html");
  CHECK(!Has(named, "<img "));
  CHECK(!Has(named, "This page holds pictures"));
  CHECK(Has(named, "nant/"));  // a file of the folder 'malignant', or an alarm in 'benign'
}

TEST_CASE("no name is markup") {
  Scans scans;
  ModelFile model = SmallModel(DataType::kInt8);
  model.metadata->name = "<script>alert(1)</script>";
  scans.models.Add("small.tflite", ClassifierFile(model));
  scans.folder.Add("malignant/<img src=x>.bmp", SmallPicture(1));
  scans.folder.Add("malignant/<b>.bmp", "no image");
  scans.folder.Add("benign/<i>.bmp", SmallPicture(2));
  const Finished run = scans.Evaluate({"--report", "r.html", "--names", "."});
  CHECK(run.exit == 1);
  const std::string page = Text(scans.folder / "r.html");
  for (const char* part : {"<script", "<img src", "<b>", "<i>"}) CHECK(!Has(page, part));
  CHECK(Has(page, "&lt;b&gt;.bmp"));
  CHECK(Has(page, "Evaluation of &lt;script&gt;"));
}

TEST_CASE("wrong use and nothing to evaluate") {
  const Scans scans;
  scans.folder.Add("t.csv", "name,label\n");
  scans.folder.Add("l.csv", "file,label\n");
  scans.folder.Add("huge.csv", "file,label\n" + std::string(2 << 20, 'x'));
  scans.folder.Add("p.csv", "file,label,probability_a,probability_b\nx,a,1,0\n");
  const auto check = [&](const Arguments& arguments, int exit, const std::string& sentence) {
    const Finished run = scans.Evaluate(arguments);
    CHECK(run.exit == exit);
    CHECK(run.out == "");
    CHECK(run.err == "echolens: " + sentence + "\n");
  };
  check({}, 2,
        "there is nothing to evaluate: name a FOLDER, --labels or --predictions (see 'echolens "
        "evaluate --help')");
  check({"--labels", "t.csv"}, 2, "'t.csv' has no column 'file' in its first line");
  check({"--labels", "huge.csv"}, 2,
        "'huge.csv': line 2: the row is longer than 1 MiB: this is no table");
  check({"--labels", "no.csv"}, 1, "cannot read 'no.csv': No such file or directory");
  check({"--labels", "l.csv"}, 1, "no image has an answer: there is nothing to evaluate");
  check({"no"}, 1, "cannot read 'no': it is no folder");
  check({"."}, 2,
        "there are no images in folders 'normal', 'benign' or 'malignant' of '.'; where they lie "
        "otherwise, --labels names a table that says what they are");
  check({"--predictions", "p.csv"}, 2,
        "'p.csv' has other labels than the model, or has them in another order");
  const Finished both = scans.Evaluate({"--labels", "l.csv", "--predictions", "p.csv"});
  CHECK(both.exit == 2);
  const Finished labels =
      RunProgram({"evaluate", "--predictions", "p.csv"}, "", scans.folder.path());
  CHECK(labels.exit == 2);
  CHECK(labels.err ==
        "echolens: none of the labels is 'malignant', and that is what the figures are about\n");
  const Finished unwritable = Scans(2).Evaluate({"--report", "no/r.html", "."});
  CHECK(unwritable.exit == 1);
  CHECK(unwritable.out == "");
}

TEST_CASE("Ctrl-C ends it without figures") {
  const Scans scans(2);
  const std::string pipe = scans.folder / "malignant/wait.bmp";  // is read until it is closed
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  scans.folder.Add("labels.csv", "file,label\nbenign/1.bmp,benign\nmalignant/wait.bmp,malignant\n");
  RunningProgram program({"evaluate", "--model", scans.model, "--labels",
                          scans.folder / "labels.csv", "--predictions-out",
                          scans.folder / "p.csv"});
  const int writer = open(pipe.c_str(), O_WRONLY | O_CLOEXEC);  // returns when it is being read
  REQUIRE(writer >= 0);
  program.Interrupt();
  close(writer);
  CHECK(program.Wait() == 130);
  CHECK(program.ReadLine() == "");
  CHECK(Has(program.Errors(), "echolens: interrupted: there are no figures of half a set\n"));
  CHECK(Text(scans.folder / "p.csv") == "");
}
