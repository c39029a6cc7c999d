#include "evaluation/labelled_set.h"

#include <doctest/doctest.h>

using namespace echolens;

namespace {

const std::vector<std::string> kLabels{"normal", "benign", "malignant"};

// "number file: label", and "number file: why" of what cannot be used.
std::vector<std::string> Images(const LabelledSet& set) {
  std::vector<std::string> images;
  for (const LabelledImage& image : set.images) {
    images.push_back(std::to_string(image.number) + " " + image.file + ": " +
                     set.labels[image.truth]);
  }
  return images;
}

std::vector<std::string> Faults(const LabelledSet& set) {
  std::vector<std::string> faults;
  for (const Unanswered& image : set.faulty)
    faults.push_back(std::to_string(image.number) + " " + image.file + ": " + image.message);
  return faults;
}

using Texts = std::vector<std::string>;

LabelledSet Labelled(std::string_view table, const Texts& files) {
  return LabelRows(*ParseCsv(table, "t.csv", {"file", "label"}), files, kLabels);
}

LabelledImage Answered(std::size_t truth, std::vector<double> probabilities,
                       const std::string& group = "") {
  return {1, "x.png", "", truth, group, std::move(probabilities), {}};
}

}  // namespace

TEST_CASE("folders say what their images are: the innermost, in any case, at any depth") {
  const Texts files{"malignant/2.png",        "BENIGN/a/b/1.png",   "study/Normal/1.png",
                    "benign/malignant/1.png", "benign.png",         "malignant",
                    "benign/1_mask.png",      "malignant x/benign", "other/1.png"};
  const LabelledSet set = LabelFolders(files, kLabels);
  CHECK(set.unit == "image");
  CHECK(Images(set) == Texts{"1 BENIGN/a/b/1.png: benign", "2 benign/malignant/1.png: malignant",
                             "3 malignant/2.png: malignant", "4 study/Normal/1.png: normal"});
  CHECK(set.masks == 1);
  CHECK(set.without_label == 4);
  for (const LabelledImage& image : set.images) CHECK(files[image.place.value()] == image.file);
}

TEST_CASE("the order is that of the bytes, folder by folder, however the files were found") {
  const Texts files{"benign/10.png", "benign/2.png", "benign/10/x.png", "benign 2/benign/1.png"};
  const Texts expected{"1 benign/10/x.png: benign", "2 benign/10.png: benign",
                       "3 benign/2.png: benign", "4 benign 2/benign/1.png: benign"};
  CHECK(Images(LabelFolders(files, kLabels)) == expected);
  CHECK(Images(LabelFolders(Texts(files.rbegin(), files.rend()), kLabels)) == expected);
}

TEST_CASE("a table says what images are, whatever way it spells their paths") {
  const LabelledSet set =
      Labelled("group,label,file\n7,malignant,./a.png\n,benign,x//y/../b.png\n,normal,gone.png\n",
               Texts{"other.png", "x/b.png", "a_mask.png", "a.png"});
  CHECK(set.unit == "line");
  CHECK(Images(set) ==
        Texts{"2 ./a.png: malignant", "3 x//y/../b.png: benign", "4 gone.png: normal"});
  CHECK(set.images[0].group == "7");
  CHECK(set.images[0].place == 3);
  CHECK(set.images[1].place == 1);
  CHECK(!set.images[2].place);
  CHECK(set.masks == 1);
  CHECK(set.without_label == 1);
}

TEST_CASE("rows of a table that cannot be used; a file that such a row names is not without one") {
  const LabelledSet set = Labelled(
      "file,label\na.png,Benign\nb.png\n,benign\nc.png,benign,more\nd.png,benign\n"
      "x/../d.png,malignant\n",
      Texts{"a.png", "d.png"});
  CHECK(Images(set) == Texts{"6 d.png: benign"});
  CHECK(Faults(set) ==
        Texts{"2 a.png: the label 'Benign' is unknown, expected 'normal', 'benign' or 'malignant'",
              "3 b.png: the row has 1 cells, expected 2 as in the first line",
              "4 : no file is named",
              "5 c.png: the row has 3 cells, expected 2 as in the first line",
              "7 x/../d.png: the file is in line 6 already"});
  CHECK(set.without_label == 0);
}

TEST_CASE("masks by their names") {
  for (const char* name : {"benign (1)_mask.png", "a/benign (1)_mask_1.png", "_mask"})
    CHECK(IsMask(name));
  for (const char* name : {"benign (1).png", "a_mask/1.png", "masked.png"}) CHECK(!IsMask(name));
}

TEST_CASE("images of one group get one number") {
  LabelledSet set;
  set.labels = {"benign", "malignant"};
  set.images = {Answered(0, {.75, .25}, "7"), Answered(1, {0, 1}), Answered(1, {.5, .5}, "7"),
                Answered(1, {0, 1})};
  const std::vector<Prediction> predictions = Predictions(set);
  REQUIRE(predictions.size() == 4);
  CHECK(predictions[1].truth == 1);
  CHECK(predictions[1].probabilities == std::vector{0., 1.});
  CHECK(predictions[0].group == predictions[2].group);
  CHECK(predictions[1].group != predictions[0].group);
  CHECK(predictions[1].group != predictions[3].group);
}

TEST_CASE("the worst mistakes come first") {
  LabelledSet set;
  set.labels = {"benign", "malignant"};
  set.images = {Answered(1, {.75, .25}), Answered(0, {.25, .75}), Answered(1, {.25, .75}),
                Answered(1, {.9, .1}),   Answered(0, {.1, .9}),   Answered(1, {.5, .5})};
  const Mistakes all = WorstMistakes(set, 1, 10);
  CHECK(all.missed == std::vector<std::size_t>{3, 0, 5});  // of equals the first is called
  CHECK(all.false_alarms == std::vector<std::size_t>{4, 1});
  const Mistakes one = WorstMistakes(set, 1, 1);
  CHECK(one.missed == std::vector<std::size_t>{3});
  CHECK(one.false_alarms == std::vector<std::size_t>{4});
}
