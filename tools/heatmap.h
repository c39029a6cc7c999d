// `echolens classify --heatmap`: an overlay for each image, or its numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "classifier.h"
#include "result.h"

namespace CLI {
class App;
}

namespace echolens::tools {

enum class MapKind : std::uint8_t { kLesion, kActivation, kOcclusion };

struct HeatmapOptions {
  std::string folder;  // empty: no overlays
  std::string map;     // "lesion", "activation", "occlusion"; empty: the model's best
  std::string label;   // empty: the label called
  std::string format = "png";
  bool keep_names = false;  // in the names of the files
};

// Declares --heatmap, --map, --map-label, --map-format and --heatmap-names.
void AddHeatmap(CLI::App& app, HeatmapOptions& options);

struct MapFile {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

// What to draw, settled once for all images.
class Heatmap {
 public:
  // Makes the folder. Errors: kInvalidArgument (the model has no such map, or no such label: says
  // which it has), kFileUnwritable.
  static Result<Heatmap> Create(const HeatmapOptions& options, const Metadata& metadata);

  struct Drawn {
    Record record;
    std::optional<MapFile> file;  // none when the program was interrupted on the way
  };
  // Reads one image and draws its overlay, or packs the map's numbers. `path` is the image's.
  // Errors: those of Classifier::Explain.
  Result<Drawn> Draw(Classifier& classifier, std::span<const std::uint8_t> image,
                     const ClassifyOptions& classify, const std::string& path) const;

  // Into the folder, in the place of one of the same name. Errors: kFileUnwritable.
  Status Write(const MapFile& file) const;

 private:
  Heatmap() = default;
  std::string Name(const std::string& sha256, const std::string& path) const;

  std::string folder_;
  MapKind kind_ = MapKind::kLesion;
  std::optional<std::size_t> label_;
  bool numbers_ = false;
  bool keep_names_ = false;
};

}  // namespace echolens::tools
