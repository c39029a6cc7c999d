#include "evaluate/labelled_files.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tools/program.h"

using namespace echolens;
using namespace echolens::evaluate;

namespace {

const std::vector<std::string> kLabels{"normal", "benign", "malignant"};

std::vector<std::string> Faults(const LabelledSet& set) {
  std::vector<std::string> faults;
  for (const Unanswered& image : set.faulty)
    faults.push_back(std::to_string(image.number) + " " + image.file + ": " + image.message);
  return faults;
}

LabelledImage Answered(std::size_t truth, std::vector<double> probabilities,
                       const std::string& group = "") {
  return {1, "x.png", "", truth, group, std::move(probabilities), {}};
}

}  // namespace

TEST_CASE("a table of labels, as spreadsheets write it") {
  const TemporaryFolder folder;
  for (const char* name : {"a.png", "sub/b,c.png", "other.png", "a_mask.png"}) folder.Add(name, "");
  const std::string table = folder.Add("labels.csv",
                                       "\xEF\xBB\xBFgroup,label,file\r\n"
                                       "7,malignant,a.png\r\n"
                                       "\r\n"
                                       ",benign,\"sub/b,c.png\"\r\n");
  const auto set = ReadLabels(table, folder.path().string(), kLabels);
  REQUIRE(set.ok());
  CHECK(set->unit == "line");
  REQUIRE(set->images.size() == 2);
  CHECK(set->images[0].number == 2);
  CHECK(set->images[0].file == "a.png");
  CHECK(set->images[0].path == folder / "a.png");
  CHECK(set->images[0].truth == 2);
  CHECK(set->images[0].group == "7");
  CHECK(set->images[1].number == 4);
  CHECK(set->images[1].path == folder / "sub/b,c.png");
  CHECK(set->images[1].group == "");
  CHECK(set->faulty.empty());
  CHECK(set->without_label == 1);
  CHECK(set->masks == 1);
}

TEST_CASE("rows that cannot be used are kept, with the reason") {
  const TemporaryFolder folder;
  const std::string table = folder.Add("labels.csv",
                                       "file,label\n"
                                       "a.png,bening\n"
                                       "b.png\n"
                                       ",benign\n"
                                       "c.png,benign,more\n"
                                       "d.png,benign\n"
                                       "./d.png,malignant\n");
  const auto set = ReadLabels(table, folder.path().string(), kLabels);
  REQUIRE(set.ok());
  CHECK(set->images.size() == 1);
  CHECK(Faults(*set) ==
        std::vector<std::string>{
            "2 a.png: the label 'bening' is unknown, expected 'normal', 'benign' or 'malignant'",
            "3 b.png: the row has 1 cells, expected 2 as in the first line", "4 : no file is named",
            "5 c.png: the row has 3 cells, expected 2 as in the first line",
            "7 ./d.png: the file is in line 6 already"});
}

TEST_CASE("tables without what is needed") {
  const TemporaryFolder folder;
  const std::string table = folder.Add("t.csv", "name,label\n");
  CHECK(ReadLabels(table, folder.path().string(), kLabels).error().detail ==
        "'" + table + "' has no column 'file' in its first line");
  folder.Add("t.csv", "file,class\n");
  CHECK(ReadLabels(table, folder.path().string(), kLabels).error().detail ==
        "'" + table + "' has no column 'label' in its first line");
  CHECK(ReadLabels(table, folder / "no", kLabels).error().detail ==
        "cannot read '" + (folder / "no") + "': it is no folder");
  folder.Add("t.csv", "file,label,probability_benign\n");
  CHECK(ReadPredictions(table, "").error().detail ==
        "'" + table +
            "' has 1 columns 'probability_LABEL' in its first line, expected two or more");
  folder.Add("t.csv", "file,label,probability_benign,probability_benign\n");
  CHECK(ReadPredictions(table, "").error().detail ==
        "'" + table + "' has two columns 'probability_benign'");
}

TEST_CASE("a folder with one folder a class") {
  const TemporaryFolder folder;
  for (const char* name : {"benign/1.png", "benign/1_mask.png", "study/Malignant/x/2.png",
                           "loose.png", "benign", "unknown/3.png", "normal/notes.txt"}) {
    if (std::string(name) != "benign") folder.Add(name, "");
  }
  for (const std::string& given : {folder.path().string(), folder.path().string() + "/"}) {
    const auto set = ReadClassFolders(given, kLabels);
    REQUIRE(set.ok());
    CHECK(set->unit == "image");
    REQUIRE(set->images.size() == 2);
    CHECK(set->images[0].file == "benign/1.png");
    CHECK(set->images[0].truth == 1);
    CHECK(set->images[0].number == 1);
    CHECK(set->images[1].file == "study/Malignant/x/2.png");
    CHECK(set->images[1].truth == 2);
    CHECK(set->images[1].number == 2);
    CHECK(set->masks == 1);
    CHECK(set->without_label == 2);
  }
}

TEST_CASE("a folder without classes") {
  const TemporaryFolder folder;
  folder.Add("benign.png", "");
  const std::string path = folder.path().string();
  CHECK(ReadClassFolders(path, kLabels).error().detail ==
        "there are no images in folders 'normal', 'benign' or 'malignant' of '" + path +
            "'; where they lie otherwise, --labels names a table that says what they are");
  CHECK(ReadClassFolders(folder / "benign.png", kLabels).error().code ==
        ErrorCode::kFileUnreadable);
}

TEST_CASE("predictions are read as they are written") {
  LabelledSet set;
  set.labels = {"benign", "malignant"};
  set.images = {Answered(0, {.75, .25}, "7"), Answered(1, {1e-9, 1}), Answered(1, {.5, .5}, "7")};
  set.images[1].file = "a,b.png";
  set.images[2].file = "c.png";
  const TemporaryFolder folder;
  const std::string text = PredictionsCsv(set);
  CHECK(text ==
        "file,label,group,probability_benign,probability_malignant\r\nx.png,benign,7,0.75,0.25\r\n"
        "\"a,b.png\",malignant,,1e-9,1\r\nc.png,malignant,7,0.5,0.5\r\n");
  const auto read = ReadPredictions(folder.Add("p.csv", text), "");
  REQUIRE(read.ok());
  CHECK(read->faulty.empty());
  CHECK(read->labels == set.labels);
  REQUIRE(read->images.size() == 3);
  CHECK(read->images[0].path == "");
  CHECK(PredictionsCsv(*read) == text);

  const std::vector<Prediction> predictions = Predictions(*read);
  REQUIRE(predictions.size() == 3);
  CHECK(predictions[1].truth == 1);
  CHECK(predictions[1].probabilities == std::vector{1e-9, 1.0});
  CHECK(predictions[0].group == predictions[2].group);
  CHECK(predictions[0].group != predictions[1].group);
}

TEST_CASE("predictions that are none") {
  const TemporaryFolder folder;
  const std::string table = folder.Add("p.csv",
                                       "file,label,probability_benign,probability_malignant\n"
                                       "a,benign,.5,x\n"
                                       "b,benign,0.5,\n"
                                       "c,benign,nan,0.5\n"
                                       "d,benign,1.5,-0.5\n"
                                       "e,benign,0.5,0.25\n"
                                       "f,normal,0.5,0.5\n");
  const auto set = ReadPredictions(table, "");
  REQUIRE(set.ok());
  CHECK(set->images.empty());
  CHECK(Faults(*set) ==
        std::vector<std::string>{
            "2 a: 'x' is no number", "3 b: '' is no number",
            "4 c: the probability of class 0 is nan, expected 0 to 1",
            "5 d: the probability of class 0 is 1.5, expected 0 to 1",
            "6 e: the probabilities are 0.75 together, expected 1",
            "7 f: the label 'normal' is unknown, expected 'benign' or 'malignant'"});
}
