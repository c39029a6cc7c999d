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
        R"("input":{"width":6,"height":6,"channels":1},"sha256":"1b"})");
}

}  // namespace
}  // namespace echolens
