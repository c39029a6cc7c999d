#include "convert/keras/hdf5_file.h"

#include <algorithm>
#include <cstring>

namespace echolens::convert::keras {
namespace {

constexpr int kMaxParts = 1000;  // of an attribute that was too long for one

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }
std::string At(std::string_view path) { return Quoted(path.empty() ? "/" : path); }

// The library reads the bytes where they are: its "allocations" and "copies" of the image all mean
// these bytes.
void* ImageMalloc(std::size_t, H5FD_file_image_op_t, void* image) {
  return static_cast<Hdf5File::Image*>(image)->bytes;
}
void* ImageCopy(void* to, const void*, std::size_t, H5FD_file_image_op_t, void*) { return to; }
void* ImageRealloc(void*, std::size_t, H5FD_file_image_op_t, void*) { return nullptr; }
herr_t ImageFree(void*, H5FD_file_image_op_t, void*) { return 0; }
void* ShareImage(void* image) { return image; }
herr_t KeepImage(void*) { return 0; }

bool IsHardLink(hid_t parent, const std::string& name) {
  H5L_info_t link;
  return H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0 &&
         H5Lget_info(parent, name.c_str(), &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD;
}

bool IsFloat32(const Hdf5Handle& type) {
  return H5Tequal(type.get(), H5T_IEEE_F32LE) > 0 || H5Tequal(type.get(), H5T_IEEE_F32BE) > 0;
}

// Texts of a fixed length, padded with zeros.
std::vector<std::string> SplitFixed(const std::vector<char>& bytes, std::size_t length) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i + length <= bytes.size(); i += length) {
    texts.emplace_back(&bytes[i], strnlen(&bytes[i], length));
  }
  return texts;
}

}  // namespace

Result<Hdf5File> Hdf5File::Open(std::span<const std::uint8_t> bytes) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are ours to tell
  // The library takes them without const, but the file is opened for reading.
  auto image = std::make_unique<Image>(Image{const_cast<std::uint8_t*>(bytes.data())});
  H5FD_file_image_callbacks_t callbacks{ImageMalloc, ImageCopy,  ImageRealloc, ImageFree,
                                        ShareImage,  KeepImage, image.get()};
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  if (!access.ok() || H5Pset_fapl_core(access.get(), std::size_t{1} << 16, /*backing_store=*/0) < 0 ||
      H5Pset_file_image_callbacks(access.get(), &callbacks) < 0 ||
      H5Pset_file_image(access.get(), image->bytes, bytes.size()) < 0) {
    return Error{ErrorCode::kInternal, "HDF5 cannot open a file in memory"};
  }
  Hdf5Handle file(H5Fopen("model.h5", H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!file.ok()) return Corrupt("no HDF5 file, or a damaged one");
  return Hdf5File(std::move(image), std::move(file), bytes.size());
}

// Step by step, so that no link leads out of the file or in circles.
Result<Hdf5Handle> Hdf5File::OpenObject(std::string_view path) const {
  Hdf5Handle object(H5Gopen2(file_.get(), "/", H5P_DEFAULT), H5Gclose);
  if (!object.ok()) return Corrupt("the HDF5 file has no root group");
  for (std::string_view rest = path; !rest.empty();) {
    const std::string name(rest.substr(0, rest.find('/')));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (name.empty() || name == ".") return Corrupt("an empty name in " + At(path));
    if (!IsHardLink(object.get(), name)) return Corrupt("the HDF5 file has no " + At(path));
    Hdf5Handle next(H5Oopen(object.get(), name.c_str(), H5P_DEFAULT), H5Oclose);
    if (!next.ok()) return Corrupt("HDF5 object " + At(path) + " is damaged");
    object = std::move(next);
  }
  return object;
}

bool Hdf5File::Has(std::string_view path) const { return OpenObject(path).ok(); }

bool Hdf5File::HasAttribute(std::string_view path, const std::string& name) const {
  const Result<Hdf5Handle> object = OpenObject(path);
  return object.ok() && H5Aexists(object->get(), name.c_str()) > 0;
}

Result<std::vector<std::string>> Hdf5File::ReadTexts(const Hdf5Handle& object,
                                                     const std::string& name) const {
  const Error damaged = Corrupt("HDF5 attribute " + Quoted(name) + " is no text, or damaged");
  const Hdf5Handle attribute(H5Aopen(object.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute.ok()) return damaged;
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (!type.ok() || !space.ok()) return damaged;
  const hssize_t count = H5Sget_simple_extent_npoints(space.get());
  if (count == 0) return std::vector<std::string>{};  // Keras writes an empty list of no texts
  if (H5Tget_class(type.get()) != H5T_STRING) return damaged;
  const std::size_t length = H5Tget_size(type.get());  // of a variable text: of its pointer
  if (count < 0 || length == 0 || static_cast<std::size_t>(count) > size_ / length) return damaged;

  if (H5Tis_variable_str(type.get()) <= 0) {
    std::vector<char> bytes(static_cast<std::size_t>(count) * length);
    if (H5Aread(attribute.get(), type.get(), bytes.data()) < 0) return damaged;
    return SplitFixed(bytes, length);
  }
  std::vector<char*> pointers(static_cast<std::size_t>(count));
  const bool read = H5Aread(attribute.get(), type.get(), pointers.data()) >= 0;
  std::vector<std::string> texts;
  for (const char* text : pointers) {
    if (read) texts.emplace_back(text == nullptr ? "" : text);
  }
  if (read) H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, pointers.data());
  if (!read) return damaged;
  return texts;
}

Result<std::string> Hdf5File::Text(std::string_view path, const std::string& name) const {
  ECHOLENS_ASSIGN(const Hdf5Handle object, OpenObject(path));
  ECHOLENS_ASSIGN(std::vector<std::string> texts, ReadTexts(object, name));
  if (texts.size() == 1) return std::move(texts[0]);
  return Corrupt("HDF5 attribute " + Quoted(name) + " has " + std::to_string(texts.size()) +
                 " texts, expected 1");
}

Result<std::vector<std::string>> Hdf5File::Texts(std::string_view path,
                                                 const std::string& name) const {
  ECHOLENS_ASSIGN(const Hdf5Handle object, OpenObject(path));
  if (H5Aexists(object.get(), name.c_str()) > 0) return ReadTexts(object, name);
  std::vector<std::string> texts;
  for (int part = 0; part < kMaxParts; ++part) {
    const std::string part_name = name + std::to_string(part);
    if (H5Aexists(object.get(), part_name.c_str()) <= 0) {
      if (part > 0) return texts;
      break;
    }
    ECHOLENS_ASSIGN(const std::vector<std::string> more, ReadTexts(object, part_name));
    texts.insert(texts.end(), more.begin(), more.end());
  }
  return Corrupt("HDF5 object " + At(path) + " has no attribute " + Quoted(name));
}

Result<Tensor> Hdf5File::Floats(std::string_view path) const {
  ECHOLENS_ASSIGN(const Hdf5Handle object, OpenObject(path));
  const std::string dataset = "HDF5 dataset " + At(path);
  if (H5Iget_type(object.get()) != H5I_DATASET) return Corrupt(At(path) + " is no HDF5 dataset");
  const Hdf5Handle type(H5Dget_type(object.get()), H5Tclose);
  const Hdf5Handle space(H5Dget_space(object.get()), H5Sclose);
  const Hdf5Handle creation(H5Dget_create_plist(object.get()), H5Pclose);
  if (!type.ok() || !space.ok() || !creation.ok()) return Corrupt(dataset + " is damaged");
  if (!IsFloat32(type)) {
    return Error{ErrorCode::kSourceUnsupported,
                 dataset + " holds no 32-bit floats: make the model with dtype float32"};
  }
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  if ((layout != H5D_CONTIGUOUS && layout != H5D_COMPACT) ||
      H5Pget_external_count(creation.get()) != 0 || H5Pget_nfilters(creation.get()) != 0) {
    return Error{ErrorCode::kSourceUnsupported,
                 dataset + " is compressed, in pieces or in another file: save the model again "
                           "with model.save"};
  }

  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0 || rank > static_cast<int>(kMaxRank)) return Corrupt(dataset + " has too many axes");
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  if (rank > 0 && H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr) != rank) {
    return Corrupt(dataset + " is damaged");
  }
  Tensor tensor;
  std::size_t count = 1;
  const std::size_t most = size_ / sizeof(float);
  for (const hsize_t n : sizes) {
    if (n == 0 || n > most / count) {
      return Corrupt(dataset + " is larger than the file, or empty");
    }
    count *= static_cast<std::size_t>(n);
    tensor.shape.push_back(static_cast<std::int32_t>(n));
  }
  if (count > most || H5Dget_storage_size(object.get()) != count * sizeof(float)) {
    return Corrupt(dataset + " is not stored in the file");
  }
  tensor.data.resize(count);
  if (H5Dread(object.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
              tensor.data.data()) < 0) {
    return Corrupt(dataset + " is damaged");
  }
  return tensor;
}

}  // namespace echolens::convert::keras
