#include "convert/keras/hdf5_objects.h"

#include <algorithm>
#include <set>

#include "convert/keras/byte_reader.h"

namespace echolens::convert::keras {
namespace {

// Far more than any network has; damaged files meet them soon.
constexpr std::size_t kMaxMessages = 100'000;  // of one object
constexpr std::size_t kMaxNodes = 200'000;     // of groups' trees, and their entries
constexpr std::size_t kMaxDepth = 64;          // of groups
constexpr std::size_t kMaxNameBytes = 1024;
constexpr std::size_t kMaxPathBytes = std::size_t{64} << 20;  // of all paths together

Error Damaged(const std::string& what) {
  return {ErrorCode::kSourceCorrupt, "the HDF5 file is damaged: " + what};
}

// III.A. The address of the root group's object header.
Result<std::uint64_t> ReadSuperblock(std::span<const std::uint8_t> file) {
  ByteReader reader(file);
  if (!reader.Skip("\x89HDF\r\n\x1A\n")) {
    return Error{ErrorCode::kSourceCorrupt,
                 "no HDF5 file: it does not begin with HDF5's signature"};
  }
  const std::uint8_t version = reader.U8();
  reader.Take(4);
  const std::uint8_t offset_size = reader.U8(), length_size = reader.U8();
  if (version != 0 || offset_size != 8 || length_size != 8) {
    return Error{ErrorCode::kSourceUnsupported, "the HDF5 file is of an unusual form (superblock " +
                                                    std::to_string(version) +
                                                    "): save the model again with model.save"};
  }
  reader.Take(9);
  const std::uint64_t base = reader.U64();
  reader.Take(32);  // free space, end of file, driver, name of the root
  const std::uint64_t root = reader.U64();
  if (!reader.ok() || base != 0) return Damaged("its superblock");
  return root;
}

class ObjectList {
 public:
  explicit ObjectList(std::span<const std::uint8_t> file) : file_(file) {}

  // The object and, where it is a group, all in it.
  Status Add(const std::string& path, std::uint64_t address, std::size_t depth) {
    path_bytes_ += path.size();
    if (depth > kMaxDepth || path_bytes_ > kMaxPathBytes) return Damaged("its groups have no end");
    objects.emplace(path, address);
    ECHOLENS_ASSIGN(const std::vector<Message> messages, ReadObjectHeader(file_, address));
    for (const Message& message : messages) {
      if (message.type != MessageType::kSymbolTable) continue;
      if (!groups_.insert(address).second) return Damaged("a group within itself");
      ByteReader reader(message.data);
      const std::uint64_t tree = reader.U64(), heap = reader.U64();
      ECHOLENS_ASSIGN(const auto names, ReadHeap(heap));
      ECHOLENS_CHECK(AddTree(path, tree, names, depth, -1));
    }
    return Ok();
  }

  std::map<std::string, std::uint64_t, std::less<>> objects;

 private:
  // III.D, the local heap: names of a group's members, each ending in a zero.
  Result<std::span<const std::uint8_t>> ReadHeap(std::uint64_t address) const {
    ByteReader reader(file_, address);
    const bool signature = reader.Skip("HEAP");
    reader.Take(4);
    const std::uint64_t size = reader.U64();
    reader.U64();
    ByteReader segment(file_, reader.U64());
    const auto names = segment.Take(size);
    if (!signature || !reader.ok() || !segment.ok()) return Damaged("the names of a group");
    return names;
  }

  Status CountNode() {
    return ++nodes_ <= kMaxNodes ? Ok() : Status(Damaged("its groups have no end"));
  }

  // III.A.1, a version 1 B-tree of a group; its leaves are symbol table nodes. `level` −1: the top.
  Status AddTree(const std::string& path, std::uint64_t address,
                 std::span<const std::uint8_t> names, std::size_t depth, int level) {
    ECHOLENS_CHECK(CountNode());
    ByteReader reader(file_, address);
    const bool signature = reader.Skip("TREE") && reader.U8() == 0;
    const int own_level = reader.U8();
    const std::uint16_t count = reader.U16();
    reader.Take(16);  // siblings
    if (!signature || !reader.ok() || (level >= 0 && own_level != level)) {
      return Damaged("the tree of group '" + path + "'");
    }
    for (int i = 0; i < count; ++i) {
      reader.U64();  // the key
      const std::uint64_t child = reader.U64();
      if (!reader.ok()) return Damaged("the tree of group '" + path + "'");
      ECHOLENS_CHECK(own_level > 0 ? AddTree(path, child, names, depth, own_level - 1)
                                   : AddSymbols(path, child, names, depth));
    }
    return Ok();
  }

  // III.B and III.C.
  Status AddSymbols(const std::string& path, std::uint64_t address,
                    std::span<const std::uint8_t> names, std::size_t depth) {
    ByteReader reader(file_, address);
    const bool signature = reader.Skip("SNOD") && reader.U8() == 1;
    reader.U8();
    const std::uint16_t count = reader.U16();
    if (!signature || !reader.ok()) return Damaged("the members of group '" + path + "'");
    for (int i = 0; i < count; ++i) {
      ECHOLENS_CHECK(CountNode());
      ByteReader name(names, reader.U64());
      const std::uint64_t object = reader.U64();
      const std::uint32_t cache_type = reader.U32();
      reader.Take(20);
      const auto end = std::ranges::find(name.rest(), 0);
      const std::string member(name.rest().begin(), end);
      if (!reader.ok() || member.empty() || member.size() > kMaxNameBytes ||
          end == name.rest().end()) {
        return Damaged("a name in group '" + path + "'");
      }
      constexpr std::uint32_t kSoftLink = 2;
      if (cache_type == kSoftLink) continue;
      ECHOLENS_CHECK(Add(path.empty() ? member : path + "/" + member, object, depth + 1));
    }
    return Ok();
  }

  std::span<const std::uint8_t> file_;
  std::set<std::uint64_t> groups_;  // seen
  std::size_t nodes_ = 0, path_bytes_ = 0;
};

}  // namespace

Result<std::vector<Message>> ReadObjectHeader(std::span<const std::uint8_t> file,
                                              std::uint64_t address) {
  ByteReader reader(file, address);
  const std::uint8_t version = reader.U8();
  reader.U8();
  const std::uint16_t count = reader.U16();
  reader.U32();
  const std::uint32_t size = reader.U32();
  reader.U32();
  std::vector<std::span<const std::uint8_t>> blocks{reader.Take(size)};
  std::vector<Message> messages;
  if (!reader.ok()) return Damaged("an object header");
  if (version != 1) return messages;  // of a newer form: a group of links that lead elsewhere

  for (std::size_t i = 0; i < blocks.size(); ++i) {
    ByteReader block(blocks[i]);
    while (messages.size() < count && block.rest().size() >= 8) {
      Message message{};
      message.type = static_cast<MessageType>(block.U16());
      const std::uint16_t length = block.U16();
      message.shared = (block.U8() & 2) != 0;
      block.Take(3);
      message.data = block.Take(length);
      if (!block.ok() || messages.size() >= kMaxMessages) return Damaged("an object header");
      messages.push_back(message);
      if (message.type == MessageType::kContinuation) {
        ByteReader continuation(message.data);
        ByteReader target(file, continuation.U64());
        blocks.push_back(target.Take(continuation.U64()));
        if (!continuation.ok() || !target.ok()) return Damaged("an object header");
      }
    }
  }
  return messages;
}

Result<std::map<std::string, std::uint64_t, std::less<>>> ListObjects(
    std::span<const std::uint8_t> file) {
  ECHOLENS_ASSIGN(const std::uint64_t root, ReadSuperblock(file));
  ObjectList list(file);
  ECHOLENS_CHECK(list.Add("", root, 0));
  return std::move(list.objects);
}

}  // namespace echolens::convert::keras
