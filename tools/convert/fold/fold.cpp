#include "convert/fold.h"

#include "convert/fold/rules.h"

namespace echolens::convert {
namespace {

// In this order: what is spelled alike is recognised, recognised patterns go before their pieces
// are spread over neighbours, and affine layers meet each other before weights are rounded.
constexpr Rule kRules[] = {DropUnread,
                           ComputeConstant,
                           SpellAffine,
                           SpellReshape,
                           DropIdentity,
                           SpellActivation,
                           AffineIntoAffine,
                           LayoutIntoLayout,
                           ReshapeIntoGlobalPooling,
                           LayoutBehindElements,
                           TransposeIntoDense,
                           AffineIntoWeightsBefore,
                           AffineIntoWeightsBehind,
                           PadIntoWindow};

// One rule wherever it applies. True: somewhere it did.
Result<bool> Apply(Rule rule, Editor& editor) {
  bool changed = false;
  for (std::size_t i = 0; i < editor.size();) {
    ECHOLENS_ASSIGN(const bool applied, rule(editor, i));
    if (applied) {
      editor.Update();
      changed = true;
    } else {
      ++i;
    }
  }
  return changed;
}

// The same network without the values that are gone, every check made again.
Result<SourceNetwork> Rebuilt(SourceNetwork network) {
  SourceNetwork rebuilt;
  rebuilt.name = std::move(network.name);
  std::vector<ValueId> id_of(network.values.size(), 0);
  for (const ValueId id : network.inputs) {
    id_of[Index(id)] = static_cast<ValueId>(rebuilt.values.size());
    rebuilt.inputs.push_back(id_of[Index(id)]);
    rebuilt.values.push_back(network.values[Index(id)]);
  }
  for (SourceNode& node : network.nodes) {
    for (ValueId& id : node.inputs) id = id_of[Index(id)];
    const std::string& name = network.values[Index(node.output)].name;
    ECHOLENS_ASSIGN(id_of[Index(node.output)],
                    AddNode(rebuilt, node.place, std::move(node.op), node.inputs, name));
  }
  for (const ValueId id : network.outputs) rebuilt.outputs.push_back(id_of[Index(id)]);
  return rebuilt;
}

}  // namespace

Result<SourceNetwork> Fold(SourceNetwork network, FoldReport& report) {
  Editor editor(network, report);
  for (bool changed = true; changed;) {
    changed = false;
    for (const Rule rule : kRules) {
      ECHOLENS_ASSIGN(const bool applied, Apply(rule, editor));
      changed = changed || applied;
    }
  }
  return Rebuilt(std::move(network));
}

}  // namespace echolens::convert
