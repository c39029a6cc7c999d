// Model files: .tflite FlatBuffers, in and out. schema/tflite.fbs is our own subset of the public
// schema, with the same field slots and numbers, so that Netron and LiteRT open what we write and
// we open what they write.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/graph.h"
#include "model/metadata.h"
#include "result.h"

namespace echolens {

struct ModelFile {
  Graph graph;
  std::optional<Metadata> metadata;  // none: a .tflite of another maker
  std::string sha256{};              // of the file that it was read from
};

// Verifies the FlatBuffer, reads the one subgraph, checks the graph (CheckGraph) and, where our
// metadata is there, the SHA-256 over the file's content. Copies what it keeps: `file` may go
// afterwards. Errors: kModelCorrupt, kModelUnsupported (operator and node named), kModelInvalid,
// kModelTooLarge (over 2 GB).
Result<ModelFile> ReadTflite(std::span<const std::uint8_t> file);

// The file of a model whose graph passes CheckGraph. Deterministic: the same model gives the same
// bytes. With metadata, the content hash is filled in.
std::vector<std::uint8_t> WriteTflite(const ModelFile& model);

}  // namespace echolens
