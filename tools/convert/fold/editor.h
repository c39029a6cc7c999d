// A source network while rules rewrite it. Internal to folding.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "convert/fold.h"

namespace echolens::convert {

inline std::size_t Index(std::int32_t id) { return static_cast<std::size_t>(id); }

class Editor {
 public:
  Editor(SourceNetwork& network, FoldReport& report) : network_(network), report_(report) {
    Update();
  }

  std::size_t size() const { return network_.nodes.size(); }
  SourceNode& node(std::size_t i) { return network_.nodes[i]; }
  const SourceNetwork& network() const { return network_; }
  Shape& ShapeOf(ValueId id) { return network_.values[Index(id)].shape; }

  // Called after the node that makes it now; outputs of the network keep their names.
  void Rename(const SourceNode& maker) {
    if (!IsOutput(maker.output)) network_.values[Index(maker.output)].name = LayerName(maker.place);
  }

  // The node that makes a value, or null: it is an input.
  SourceNode* Maker(ValueId id) {
    return maker_[Index(id)] < 0 ? nullptr : &network_.nodes[Index(maker_[Index(id)])];
  }
  // What made a value, if it was this kind of operation.
  template <class Op>
  Op* MadeBy(ValueId id) {
    SourceNode* maker = Maker(id);
    return maker == nullptr ? nullptr : std::get_if<Op>(&maker->op);
  }
  bool IsOutput(ValueId id) const;
  // By one input of one node, and it is no output of the network.
  bool ReadOnce(ValueId id) const { return readers_[Index(id)] == 1 && !IsOutput(id); }
  bool Read(ValueId id) const { return readers_[Index(id)] > 0 || IsOutput(id); }

  // Takes a node out: whoever reads its output reads its first input instead. Outputs of the
  // network keep their names; where that cannot be (both are inputs or outputs), false and nothing
  // is changed.
  bool Bypass(std::size_t i);

  // Takes out what makes this value, and what that reads, if nobody reads it any more. Moves nodes.
  void Release(ValueId id);

  void Erase(std::size_t i) {
    network_.nodes.erase(network_.nodes.begin() + static_cast<std::ptrdiff_t>(i));
  }

  // A node behind node `i`, which now writes a value of shape `shape` for it; the new node writes
  // what node `i` wrote.
  void Append(std::size_t i, const Shape& shape, const std::string& place, SourceOp op);

  // A line of the report.
  void Say(const std::string& line) { report_.lines.push_back(line); }
  void SayInto(const SourceNode& gone, const SourceNode& kept) {
    Say(gone.place + " into " + kept.place);
  }

  // After nodes or their inputs have changed.
  void Update();

 private:
  SourceNetwork& network_;
  FoldReport& report_;
  std::vector<std::int32_t> maker_;  // by value: a node, or −1
  std::vector<int> readers_;         // by value: inputs of nodes
};

}  // namespace echolens::convert
