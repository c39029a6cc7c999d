#include "answer_format.h"

#include <doctest/doctest.h>

#include "model/sample_models.h"

using namespace echolens;
using namespace echolens::tools;

namespace {

Record SmallRecord() {
  Record record;
  record.image = {"0a1b", 640, 480, "png"};
  record.model = {"small", "1.0", "c0de"};
  record.probabilities = {{"malignant", 0.9912}, {"normal", 0.0009}, {"benign", 0.0079}};
  record.call = "malignant";
  record.operating_point = "largest probability";
  record.warnings = {"first", "second"};
  record.region = {8, 0, 600, 480};
  record.timings = {1, 2, 3, 6.04};
  return record;
}

struct Formats {
  Metadata metadata = SmallMetadata(DataType::kInt8);
  std::string Of(const char* name, const Answer& answer) const {
    return MakeAnswerFormat(name, metadata, true)->Text(answer);
  }
};

std::string CsvCell(const std::string& file) {
  const std::string row = Formats().Of("csv", {1, file, Error{ErrorCode::kImageEmpty, "-"}});
  return row.substr(0, row.find(",,,,,,,,,,image_empty"));
}

}  // namespace

TEST_CASE("text is for people") {
  const Formats formats;
  CHECK(formats.Of("text", {1, "a\nb.png", SmallRecord()}) ==
        "\n"
        "a?b.png: malignant\n"
        "  normal     0.1 %\n"
        "  benign     0.8 %\n"
        "  malignant  >99 %\n"
        "  640 x 480 pixels, read in 6.0 ms\n"
        "  warning: first\n"
        "  warning: second\n");
  CHECK(formats.Of("text", {7, {}, Error{ErrorCode::kImageEmpty, "the file is empty"}}) ==
        "\nimage 7: no answer\n  the file is empty (image_empty)\n");
}

TEST_CASE("text tells operating points, set and refusals") {
  const Formats formats;
  Formats full;
  full.metadata = FullMetadata();
  Record record = SmallRecord();
  record.warnings.clear();
  record.operating_points = {{full.metadata.operating_points[0], "malignant", "malignant"},
                             {full.metadata.operating_points[1], "malignant", "benign"}};
  record.set = {"benign", "malignant"};
  const std::string text = full.Of("text", {1, "a", record});
  CHECK(text.find("\n  at 'rule-out': malignant (malignant from 13 %, sensitivity 96 % (94 % to "
                  "97 %), specificity 50 % (25 % to 75 %), BUSI, out of fold)\n"
                  "  at 'balanced': benign (malignant from 50 %)\n"
                  "  set at coverage 0.9: benign, malignant\n") != std::string::npos);
  CHECK(full.Of("csv", {1, "a", record})
            .starts_with("a,malignant,0.9912,0.0009,0.0079,malignant,benign,largest "
                         "probability,benign; malignant,,"));
  record.set->clear();
  CHECK(full.Of("text", {1, "a", record}).find("set at coverage 0.9: none\n") != std::string::npos);

  record.refused = Refusal{RefusalCode::kBlank, "nothing, really"};
  CHECK(formats.Of("text", {1, "a", record}) == "\na: refused\n  nothing, really (blank)\n");
  CHECK(formats.Of("csv", {1, "a", record}) ==
        "a,,,,,,,,blank,\"nothing, really\",,,png,640,480,,,,,0a1b,small,1.0,c0de\r\n");
}

TEST_CASE("text begins with what it is not, and ends with counts") {
  const Formats formats;
  const auto text = MakeAnswerFormat("text", formats.metadata, true);
  CHECK(text->Head().starts_with("Research and education only. Not a medical device; not cleared"));
  CHECK(text->Head().ends_with("\nModel: small, version 1.0\n"));
  CHECK(text->Tail({1, 0, 0}) == "");
  CHECK(text->Tail({2, 3, 1}) == "\n6 images: 2 answered, 3 refused, 1 failed\n");
}

TEST_CASE("text explains a call that the scores do not show") {
  Formats full;
  full.metadata = FullMetadata();
  Record record = SmallRecord();
  record.warnings.clear();
  record.probabilities = {{"malignant", 0.13}, {"normal", 0.06}, {"benign", 0.81}};
  record.operating_points = {{full.metadata.operating_points[0], "malignant", "malignant"}};
  record.operating_point = "rule-out";
  CHECK(full.Of("text", {1, "a", record})
            .starts_with("\na: not ruled out\n"
                         "  P(malignant) 13.00 % reaches the rule-out threshold of 12.50 %; the "
                         "most probable class is benign.\n"
                         "  normal     6.0 %\n"
                         "  benign      81 %\n"
                         "  malignant   13 %\n"));
}

TEST_CASE("CSV has one row an image") {
  const Formats formats;
  CHECK(MakeAnswerFormat("csv", formats.metadata, true)->Head() ==
        "file,call,probability_normal,probability_benign,probability_malignant,operating_point,set,"
        "warnings,refused_code,refused_message,error_code,error_message,format,width,height,region_"
        "x,region_y,region_width,region_height,image_sha256,model_name,model_version,model_"
        "sha256\r\n");
  CHECK(MakeAnswerFormat("csv", formats.metadata, false)->Head().starts_with("image,call,"));
  CHECK(formats.Of("csv", {1, "a.png", SmallRecord()}) ==
        "a.png,malignant,0.9912,0.0009,0.0079,largest probability,,first; "
        "second,,,,,png,640,480,8,0,600,480,0a1b,small,1.0,c0de\r\n");
  CHECK(formats.Of("csv", {2, {}, Error{ErrorCode::kImageCorrupt, "cut off, at 3"}}) ==
        "2,,,,,,,,,,image_corrupt,\"cut off, at 3\",,,,,,,,,,,\r\n");
}

TEST_CASE("CSV cells are quoted where they must be, and are no formulas") {
  CHECK(CsvCell("plain name.png") == "plain name.png");
  CHECK(CsvCell("a,b") == "\"a,b\"");
  CHECK(CsvCell("a\"b\"") == "\"a\"\"b\"\"\"");
  CHECK(CsvCell("a\nb") == "\"a\nb\"");
  CHECK(CsvCell("=HYPERLINK(\"x\")") == "\"'=HYPERLINK(\"\"x\"\")\"");
  for (const char* formula : {"+1", "-1", "@x", "\tx"})
    CHECK(CsvCell(formula) == "'" + std::string(formula));
  CHECK(CsvCell("Brüste\xFF") == "Brüste\uFFFD");
}

TEST_CASE("JSON lines are records and errors") {
  const Formats formats;
  CHECK(formats.Of("jsonl", {1, "a", SmallRecord()}) == RecordJson(SmallRecord(), "a") + "\n");
  const Error error{ErrorCode::kImageEmpty, "the file is empty"};
  CHECK(formats.Of("jsonl", {1, {}, error}) == ErrorJson(error) + "\n");
}
