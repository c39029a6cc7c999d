#include "read_image.h"

#include <doctest/doctest.h>

#include "tools/program.h"

using namespace echolens;
using namespace echolens::tools;

TEST_CASE("a file is answered as its bytes are") {
  const TemporaryFolder folder;
  const std::string path = folder.Add("a.bmp", SmallPicture());
  auto classifier = Classifier::Load(SmallClassifier());
  REQUIRE(classifier.ok());
  const auto from_file = ClassifyFile(*classifier, path);
  const auto from_bytes = classifier->Classify(SmallPicture());
  REQUIRE(from_file.ok());
  REQUIRE(from_bytes.ok());
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(from_file->probabilities[i].probability == from_bytes->probabilities[i].probability);

  const auto seen = NetworkPicture(path, classifier->metadata().preprocessing);
  REQUIRE(seen.ok());
  CHECK(seen->image.width == 6);
  CHECK(seen->image.height == 6);
}

TEST_CASE("what is no image is an error, with or without its name") {
  const TemporaryFolder folder;
  const std::string lost = folder / "Jane.png", empty = folder.Add("empty.png", "");
  Preprocessing preprocessing;
  preprocessing.width = preprocessing.height = 6;
  CHECK(NetworkPicture(empty, preprocessing).error().code == ErrorCode::kImageEmpty);
  const auto picture = NetworkPicture(lost, preprocessing);
  REQUIRE(!picture.ok());
  CHECK(picture.error().detail == "cannot read '" + lost + "': No such file or directory");
  CHECK(WithoutName(picture.error().detail, lost) ==
        "cannot read the file: No such file or directory");
  CHECK(WithoutName(picture.error().detail, "other") == picture.error().detail);
}
