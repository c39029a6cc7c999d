#include "convert/fold/editor.h"

#include <algorithm>

namespace echolens::convert {

void Editor::Update() {
  maker_.assign(network_.values.size(), -1);
  readers_.assign(network_.values.size(), 0);
  for (std::size_t i = 0; i < size(); ++i) {
    maker_[Index(node(i).output)] = static_cast<std::int32_t>(i);
    for (const ValueId id : node(i).inputs) ++readers_[Index(id)];
  }
}

bool Editor::IsOutput(ValueId id) const {
  return std::ranges::find(network_.outputs, id) != network_.outputs.end();
}

bool Editor::Bypass(std::size_t i) {
  ValueId gone = node(i).output, kept = node(i).inputs[0];
  if (IsOutput(gone)) {
    SourceNode* maker = Maker(kept);
    if (maker == nullptr || IsOutput(kept)) return false;
    std::swap(gone, kept);
    maker->output = kept;
  }
  for (SourceNode& reader : network_.nodes) std::ranges::replace(reader.inputs, gone, kept);
  Erase(i);
  return true;
}

void Editor::Release(ValueId id) {
  Update();
  if (Read(id) || maker_[Index(id)] < 0) return;
  const std::size_t maker = Index(maker_[Index(id)]);
  const std::vector<ValueId> inputs = node(maker).inputs;
  Erase(maker);
  for (const ValueId input : inputs) Release(input);
}

void Editor::Append(std::size_t i, const Shape& shape, const std::string& place, SourceOp op) {
  const ValueId output = node(i).output;
  const auto between = static_cast<ValueId>(network_.values.size());
  network_.values.push_back({LayerName(node(i).place), shape});
  node(i).output = between;
  network_.nodes.insert(network_.nodes.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                        {place, std::move(op), {between}, output});
}

}  // namespace echolens::convert
