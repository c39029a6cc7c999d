#include "npy.h"

#include <doctest/doctest.h>

#include <string>

#include "tools/program.h"

using namespace echolens;
using namespace echolens::tools;

namespace {

// An array file with this header, as it stands.
std::string Npy(const std::string& header, const std::string& data = "", char version = 1) {
  std::string file = std::string("\x93NUMPY") + version + '\0';
  file += static_cast<char>(header.size() & 0xFF);
  file += static_cast<char>(header.size() >> 8);
  if (version > 1) file += std::string(2, '\0');
  return file + header + data;
}

std::string Float(const std::string& shape) {
  return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
}

}  // namespace

TEST_CASE("an array is read as NumPy wrote it, and its header is written so") {
  const std::string path = OperatorFile("add-int8.input-0.npy");
  Result<NpyReader> array = NpyReader::Open(path);
  REQUIRE(array.ok());
  CHECK(array->type() == DataType::kInt8);
  const std::vector<std::uint8_t> file = ReadBytes(path);
  const std::vector<std::uint8_t> header = NpyHeader(array->type(), array->shape());
  REQUIRE(file.size() > header.size());
  CHECK(std::vector(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(header.size())) ==
        header);
  std::vector<std::uint8_t> data(file.size() - header.size());
  REQUIRE(array->Read(data).ok());
  CHECK(
      std::equal(data.begin(), data.end(), file.end() - static_cast<std::ptrdiff_t>(data.size())));
  CHECK(array->Read(std::span(data).first(1)).error().detail == "'" + path + "' ends too early");
}

TEST_CASE("what is written comes back") {
  const TemporaryFolder folder;
  for (const DataType type : {DataType::kFloat32, DataType::kInt8, DataType::kInt32}) {
    for (const NpyShape& shape : {NpyShape{}, {3}, {2, 0, 5}, {1, 2, 3, 4}}) {
      std::size_t count = ElementSize(type);
      for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
      std::vector<std::uint8_t> file = NpyHeader(type, shape);
      CHECK(file.size() % 64 == 0);
      file.resize(file.size() + count);
      const Result<NpyReader> array = NpyReader::Open(folder.Add("x.npy", file));
      REQUIRE(array.ok());
      CHECK(array->type() == type);
      CHECK(array->shape() == shape);
    }
  }
}

TEST_CASE("every way to write a header that NumPy reads") {
  const TemporaryFolder folder;
  const std::string data(24, '\0');
  for (const std::string& file :
       {Npy(Float("(2, 3)"), data), Npy(Float("(2,3,)"), data), Npy(Float("( 2 , 3 )\n"), data),
        Npy("{'shape':(2,3),'fortran_order':False,'descr':'<f4'}", data),
        Npy("{\"descr\": \"<f4\", 'fortran_order': False, 'shape': (6,)}   \n", data),
        Npy(Float("(2, 3)"), data, 2)}) {
    CHECK(NpyReader::Open(folder.Add("x.npy", file)).ok());
  }
}

TEST_CASE("a wrong array file is refused by name") {
  struct Wrong {
    std::string file, detail;
  };
  const std::string damaged = "has a damaged header";
  const std::string other = "{'descr': '%', 'fortran_order': False, 'shape': (1,)}";
  const auto of = [&](const std::string& descr) {
    return Npy(std::string(other).replace(other.find('%'), 1, descr));
  };
  const std::string as_float =
      ", expected '<f4' (float32) or '|i1' (int8): save it with array.astype(numpy.float32)";
  const Wrong table[] = {
      {"", "is no .npy file"},
      {"\x93NUMP", "is no .npy file"},
      {"PK\3\4 and so on", "is no .npy file"},
      {Npy(Float("(1,)"), "1234", 3), "is of .npy version 3.0, expected 1.0 or 2.0"},
      {std::string("\x93NUMPY\1\0\x10", 9), "ends too early"},
      {std::string("\x93NUMPY\1\0\x10\0{", 11), "ends too early"},
      {std::string("\x93NUMPY\2\0\xFF\xFF\xFF\xFF", 12),
       "has a header of 4294967295 bytes, expected up to 10000"},
      {Npy(""), damaged},
      {Npy("{}"), damaged},
      {Npy("{'descr': '<f4', 'fortran_order': False}"), damaged},
      {Npy("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}"), damaged},
      {Npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"), damaged},
      {Npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}"), damaged},
      {Npy("{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}"), damaged},
      {Npy(Float("(1,)") + "x"), damaged},
      {Npy(Float("(1)")), damaged},
      {Npy(Float("(1 2)")), damaged},
      {Npy(Float("(-1,)")), damaged},
      {Npy(Float("(1e3,)")), damaged},
      {Npy(Float("(99999999999999999999,)")), damaged},
      {Npy(Float("(1,")), damaged},
      {of(">f4"), "is big-endian ('>f4'): save it with array.astype('<f4')"},
      {of("<f8"), "holds '<f8'" + as_float},
      {of("|u1"), "holds '|u1'" + as_float},
      {of("|O"), "holds '|O'" + as_float},
      {of("\x1b[2J"), "holds '?[2J'" + as_float},
      {Npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}"),
       "is in Fortran order: save it with numpy.ascontiguousarray(array)"},
      {Npy(Float("(9000000000000000000, 9000000000000000000)")),
       "has a shape too large: (9000000000000000000, 9000000000000000000)"},
      {Npy(Float("(1000000000000,)"), "1234"),
       "has 4 bytes of data, its shape (1000000000000,) says 4000000000000"},
      {Npy(Float("(2, 3)"), std::string(25, 'x')),
       "has 25 bytes of data, its shape (2, 3) says 24"},
  };
  const TemporaryFolder folder;
  for (const Wrong& wrong : table) {
    CAPTURE(wrong.detail);
    const std::string path = folder.Add("x.npy", wrong.file);
    const Result<NpyReader> array = NpyReader::Open(path);
    REQUIRE(!array.ok());
    CHECK(array.error().code == ErrorCode::kFileUnreadable);
    CHECK(array.error().detail == "'" + path + "' " + wrong.detail);
  }
}

TEST_CASE("a file cut off anywhere is refused") {
  const TemporaryFolder folder;
  const std::string whole = Npy(Float("(2, 3)"), std::string(24, 'x'));
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(!NpyReader::Open(folder.Add("x.npy", whole.substr(0, size))).ok());
}
