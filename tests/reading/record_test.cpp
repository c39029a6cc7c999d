#include "reading/record.h"

#include <doctest/doctest.h>

#include "model/sample_models.h"

namespace echolens {
namespace {

Record SmallRecord() {
  Record record;
  record.image = {"0a", 640, 480, "png"};
  record.model = {"small", "1.0", "1b"};
  record.probabilities = {{"normal", 0.25}, {"benign", 0.75}, {"malignant", 1e-9}};
  record.call = "benign";
  record.operating_point = "largest probability";
  record.region = {1, 2, 600, 400};
  record.timings = {1.5, 0.25, 3, 5};
  return record;
}

const std::string kRun = "\"run\":{\"build\":\"" + std::string(kBuild) + "\",\"simd\":\"" +
                         std::string(kSimd) +
                         "\",\"timings\":{\"decode_ms\":1.5,\"preprocess_ms\":0.25,"
                         "\"inference_ms\":3,\"total_ms\":5}}";

TEST_CASE("a record is one line of JSON, `run` at its end") {
  CHECK(RecordJson(SmallRecord()) ==
        R"({"schema":"echolens.record/1",)"
        R"("image":{"sha256":"0a","width":640,"height":480,"format":"png"},)"
        R"("model":{"name":"small","version":"1.0","sha256":"1b"},)"
        R"("engine":{"version":")" ECHOLENS_VERSION R"("},)"
        R"("probabilities":{"normal":0.25,"benign":0.75,"malignant":1e-9},)"
        R"("call":"benign","operating_point":"largest probability","warnings":[],)"
        R"("region":{"x":1,"y":2,"width":600,"height":400},)" +
            kRun + "}");
}

TEST_CASE("warnings stand in a list, a file's name after the schema") {
  Record record = SmallRecord();
  record.warnings = {"first", "second"};
  const std::string text = RecordJson(record, "a\"b\\c\n\xFF.png");
  CHECK(text.starts_with(
      "{\"schema\":\"echolens.record/1\",\"file\":\"a\\\"b\\\\c\\n\uFFFD.png\",\"image\""));
  CHECK(text.find(R"("warnings":["first","second"],)") != std::string::npos);
}

TEST_CASE("every operating point stands with what it calls, and the set behind them") {
  Record record = SmallRecord();
  const Metadata metadata = FullMetadata();
  record.operating_point = "balanced";
  record.operating_points = {{metadata.operating_points[0], "malignant", "malignant"},
                             {metadata.operating_points[1], "malignant", "benign"}};
  record.set = {"benign", "malignant"};
  CHECK(RecordJson(record).find(
            R"("call":"benign","operating_point":"balanced","operating_points":[)"
            R"({"name":"rule-out","call":"malignant","label":"malignant","threshold":0.125,)"
            R"("sensitivity":{"value":0.96,"lower":0.94,"upper":0.97},)"
            R"("specificity":{"value":0.5,"lower":0.25,"upper":0.75},"data":"BUSI, out of fold"},)"
            R"({"name":"balanced","call":"benign","label":"malignant","threshold":0.5}],)"
            R"("set":["benign","malignant"],"warnings":[])") != std::string::npos);
  record.set->clear();
  CHECK(RecordJson(record).find(R"("set":[],)") != std::string::npos);
}

TEST_CASE("where the model has several views, each stands with its region and its logits") {
  Record record = SmallRecord();
  record.views = {{View::kIdentity, {1, 2, 600, 400}, {1.5, -2}},
                  {View::kCloseUpMirror, {100, 50, 200, 200}, {0.25, 3}}};
  CHECK(
      RecordJson(record).find(
          R"("region":{"x":1,"y":2,"width":600,"height":400},"views":[)"
          R"({"view":"identity","region":{"x":1,"y":2,"width":600,"height":400},"logits":[1.5,-2]},)"
          R"({"view":"close_up_mirror","region":{"x":100,"y":50,"width":200,"height":200},)"
          R"("logits":[0.25,3]}],"run":)") != std::string::npos);
}

TEST_CASE("a refused image has the reason in place of an answer") {
  Record record = SmallRecord();
  record.refused = Refusal{RefusalCode::kBlank, "nearly \"blank\""};
  CHECK(RecordJson(record) == R"({"schema":"echolens.record/1",)"
                              R"("image":{"sha256":"0a","width":640,"height":480,"format":"png"},)"
                              R"("model":{"name":"small","version":"1.0","sha256":"1b"},)"
                              R"("engine":{"version":")" ECHOLENS_VERSION R"("},)"
                              R"("refused":{"code":"blank","message":"nearly \"blank\""},)"
                              R"("warnings":[],)" +
                                  kRun + "}");
}

TEST_CASE("labels keep their text and their order") {
  Record record = SmallRecord();
  record.probabilities = {{"2", 0.5}, {"1 \"x\"", 0.5}, {"乳房", 0}};
  CHECK(RecordJson(record).find(R"("probabilities":{"2":0.5,"1 \"x\"":0.5,"乳房":0},)") !=
        std::string::npos);
}

TEST_CASE("the build is named") {
#ifdef __wasm__
  CHECK(kBuild == "wasm");
  CHECK((kSimd == "simd" || kSimd == "relaxed"));
#else
  CHECK(kBuild == "native");
  CHECK(kSimd == "native");
#endif
}

TEST_CASE("an error has a record, too") {
  const Error error{ErrorCode::kImageCorrupt, "the PNG ends in \"IDAT\""};
  CHECK(ErrorJson(error) == R"({"schema":"echolens.record/1",)"
                            R"("error":{"code":"image_corrupt",)"
                            R"("message":"the PNG ends in \"IDAT\""}})");
  CHECK(ErrorJson(error, "a.png") == R"({"schema":"echolens.record/1","file":"a.png",)"
                                     R"("error":{"code":"image_corrupt",)"
                                     R"("message":"the PNG ends in \"IDAT\""}})");
}

TEST_CASE("a model describes itself") {
  CHECK(DescriptionJson(SmallMetadata(DataType::kInt8), "1b") ==
        R"({"name":"small","version":"1.0","labels":["normal","benign","malignant"],)"
        R"("input":{"width":6,"height":6,"channels":1},"operating_points":[],)"
        R"("figures":[],"card":"","sha256":"1b"})");
  const std::string full = DescriptionJson(FullMetadata(), "1b");
  CHECK(full.find(R"("operating_points":[{"name":"rule-out",)"
                  R"("label":"malignant","threshold":0.125,)") != std::string::npos);
  CHECK(full.find(R"("figures":[{"name":"AUC","value":0.95,"lower":0.9,"upper":1,"data":"BUSI"}],)"
                  R"("card":"# Small\n\nFür Tests.","sha256":"1b"})") != std::string::npos);
}

}  // namespace
}  // namespace echolens
