#include "heatmap.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "files.h"
#include "model/graph.h"
#include "npy.h"
#include "overlay.h"
#include "png.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

constexpr std::array<std::string_view, 3> kMapNames{"lesion", "activation", "occlusion"};

std::string_view NameOf(MapKind kind) { return kMapNames[static_cast<std::size_t>(kind)]; }

// In the order of preference: the outline of what was taken for the lesion, else what decides. A
// class activation map is drawn only when asked for: it points at the lesion less often than people
// who see it think.
std::vector<MapKind> MapsOf(const Metadata& metadata) {
  std::vector<MapKind> kinds;
  if (!metadata.lesion_map.empty()) kinds.push_back(MapKind::kLesion);
  kinds.push_back(MapKind::kOcclusion);
  if (metadata.activation_map) kinds.push_back(MapKind::kActivation);
  return kinds;
}

Result<MapKind> ChooseMap(const std::string& name, const Metadata& metadata) {
  const std::vector<MapKind> kinds = MapsOf(metadata);
  if (name.empty()) return kinds.front();
  const auto found = std::ranges::find(kinds, name, NameOf);
  if (found != kinds.end()) return *found;
  std::string has;
  for (const MapKind kind : kinds) has += (has.empty() ? "" : ", ") + std::string(NameOf(kind));
  return Error{ErrorCode::kInvalidArgument,
               "the model has no " + name + " map; --map can be " + has};
}

Result<std::optional<std::size_t>> ChooseLabel(const std::string& label, const Metadata& metadata) {
  if (label.empty()) return std::optional<std::size_t>();
  const auto found = std::ranges::find(metadata.labels, label);
  if (found != metadata.labels.end()) {
    return std::optional(static_cast<std::size_t>(found - metadata.labels.begin()));
  }
  std::string has;
  for (const std::string& one : metadata.labels) has += (has.empty() ? "" : ", ") + Quoted(one);
  return Error{ErrorCode::kInvalidArgument,
               "the model has no label " + Quoted(label) + "; --map-label can be " + has};
}

Result<std::vector<std::uint8_t>> OverlayPng(const Explanation& explanation, const Map& map,
                                             const ColourRange& range) {
  ECHOLENS_ASSIGN(const Overlay overlay,
                  DrawOverlay(explanation.picture, map, range, explanation.outline));
  return PngFile(overlay.width, overlay.height, 3, overlay.pixels);
}

// [height, width] float32 at the picture's own size: the map's region.
std::vector<std::uint8_t> NumbersNpy(const GreyImage& picture, const Map& map) {
  const std::vector<float> values = Sampled(map, picture.width, picture.height);
  std::vector<std::uint8_t> bytes = NpyHeader(DataType::kFloat32, {picture.height, picture.width});
  const auto data = std::as_bytes(std::span(values));
  const std::size_t header = bytes.size();
  bytes.resize(header + data.size());
  std::memcpy(bytes.data() + header, data.data(), data.size());
  return bytes;
}

}  // namespace

void AddHeatmap(CLI::App& app, HeatmapOptions& options) {
  CLI::Option* folder =
      app.add_option("--heatmap", options.folder, "Write overlays, PNG files, into this folder")
          ->type_name("FOLDER");
  app.add_option("--map", options.map,
                 "lesion, occlusion or activation; otherwise the first there is")
      ->check(CLI::IsMember(std::vector<std::string>(kMapNames.begin(), kMapNames.end())))
      ->type_name("MAP")
      ->needs(folder);
  app.add_option("--map-label", options.label,
                 "Which label's occlusion or activation; otherwise the one called")
      ->type_name("LABEL")
      ->needs(folder);
  app.add_option("--map-format", options.format, "png, an overlay, or npy, the map's numbers")
      ->check(CLI::IsMember({"png", "npy"}))
      ->type_name("FORMAT")
      ->capture_default_str()
      ->needs(folder);
  app.add_flag("--heatmap-names", options.keep_names,
               "Begin the overlays' names with those of their images")
      ->needs(folder);
}

Result<Heatmap> Heatmap::Create(const HeatmapOptions& options, const Metadata& metadata) {
  Heatmap heatmap;
  ECHOLENS_ASSIGN(heatmap.kind_, ChooseMap(options.map, metadata));
  ECHOLENS_ASSIGN(heatmap.label_, ChooseLabel(options.label, metadata));
  heatmap.folder_ = options.folder;
  heatmap.numbers_ = options.format == "npy";
  heatmap.keep_names_ = options.keep_names;
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (!error) return heatmap;
  return Error{ErrorCode::kFileUnwritable,
               "cannot make the folder '" + options.folder + "': " + error.message()};
}

Result<Heatmap::Drawn> Heatmap::Draw(Classifier& classifier, std::span<const std::uint8_t> image,
                                     const ClassifyOptions& classify,
                                     const std::string& path) const {
  ExplainOptions options;
  options.classify = classify;
  options.label = label_;
  options.occlusion = kind_ == MapKind::kOcclusion;
  options.progress = [](std::size_t, std::size_t) { return !Interrupted(); };
  ECHOLENS_ASSIGN(Explanation explanation, classifier.Explain(image, options));
  const std::optional<Map>& map = kind_ == MapKind::kLesion       ? explanation.lesion
                                  : kind_ == MapKind::kActivation ? explanation.activation
                                                                  : explanation.occlusion;
  if (!map) return Drawn{std::move(explanation.record), {}};
  const ColourRange range = kind_ == MapKind::kLesion ? ColourRange{0, 1} : RangeFromZero(*map);
  std::vector<std::uint8_t> bytes;
  if (numbers_) {
    bytes = NumbersNpy(explanation.picture, *map);
  } else {
    ECHOLENS_ASSIGN(bytes, OverlayPng(explanation, *map, range));
  }
  std::string name = Name(explanation.record.image.sha256, path);
  return Drawn{std::move(explanation.record), MapFile{std::move(name), std::move(bytes)}};
}

Status Heatmap::Write(const MapFile& file) const {
  return WriteFile((std::filesystem::path(folder_) / file.name).string(), file.bytes);
}

// With the image's name, a part of the SHA-256 tells images of one name apart.
std::string Heatmap::Name(const std::string& sha256, const std::string& path) const {
  const std::string end = "-" + std::string(NameOf(kind_)) + (numbers_ ? ".npy" : ".png");
  if (!keep_names_) return sha256 + end;
  return std::filesystem::path(path).stem().string() + "-" + sha256.substr(0, 8) + end;
}

}  // namespace echolens::tools
