#include "image/jpeg_scan.h"

#include <algorithm>
#include <string>

#include "image/allocate.h"

namespace echolens {
namespace {

constexpr int kCoefficients = 64;
constexpr int kLongRun = 0xF0;  // 16 zeros
constexpr int kMostBits = 15;   // of a coefficient, in stb_image's 16
constexpr int kMostShift = 13;

constexpr std::uint64_t Bit(int coefficient) { return std::uint64_t{1} << coefficient; }

}  // namespace

Result<JpegScans> JpegScans::Create(const JpegFrame& frame) {
  JpegScans scans(frame);
  for (std::size_t i = 0; i < frame.components.size(); ++i) {
    const JpegComponent& component = frame.components[i];
    scans.progress_[i].low_bit.fill(kNotSent);
    if (!frame.progressive) continue;
    const auto blocks = std::uint64_t(component.padded_wide) * std::uint64_t(component.padded_high);
    ECHOLENS_ASSIGN(scans.progress_[i].non_zero, Allocate<std::uint64_t>(blocks));
  }
  return scans;
}

Status JpegScans::DefineHuffman(Bytes dht) {
  while (!dht.empty()) {
    if (dht.size() < 17) return JpegCorrupt("its Huffman tables have a wrong length");
    const int kind = dht[0] >> 4;
    const auto number = static_cast<std::size_t>(dht[0] & 15);
    const Bytes counts = dht.subspan(1, 16);
    std::size_t symbols = 0;
    for (const std::uint8_t count : counts) symbols += count;
    if (kind > 1 || number > 3 || symbols > 256 || dht.size() - 17 < symbols) {
      return JpegCorrupt("its Huffman tables have a wrong length or number");
    }
    JpegHuffman& table = kind == 0 ? dc_[number] : ac_[number];
    if (!table.Define(counts, dht.subspan(17, symbols))) {
      return JpegCorrupt("a Huffman table is no code");
    }
    dht = dht.subspan(17 + symbols);
  }
  return Ok();
}

Status JpegScans::DefineQuantisation(Bytes dqt) {
  while (!dqt.empty()) {
    const std::size_t size = 1 + kCoefficients * (1 + std::size_t(dqt[0] >> 4));
    const auto number = static_cast<std::size_t>(dqt[0] & 15);
    if (dqt[0] >> 4 > 1 || number > 3 || dqt.size() < size) {
      return JpegCorrupt("its quantisation tables have a wrong length or number");
    }
    quantisation_[number] = true;
    dqt = dqt.subspan(size);
  }
  return Ok();
}

Status JpegScans::DefineRestart(Bytes dri) {
  if (dri.size() != 2) return JpegCorrupt("its restart interval has a wrong length");
  restart_interval_ = BigEndian16(dri, 0);
  return Ok();
}

Result<JpegScans::Scan> JpegScans::ReadHeader(Bytes sos) {
  const std::size_t count = sos.empty() ? 0 : sos[0];
  if (count < 1 || count > frame_.components.size() || sos.size() != 4 + 2 * count) {
    return JpegCorrupt("a scan's header has a wrong length");
  }
  Scan scan;
  for (std::size_t i = 0; i < count; ++i) {
    const int id = sos[1 + 2 * i], tables = sos[2 + 2 * i];
    const auto found = std::ranges::find(frame_.components, id, &JpegComponent::id);
    const auto index = static_cast<std::size_t>(found - frame_.components.begin());
    if (found == frame_.components.end() || std::ranges::count(scan.components, index) > 0) {
      return JpegCorrupt("a scan's component " + std::to_string(id) + " is not in the frame");
    }
    if (tables >> 4 > 3 || (tables & 15) > 3) return JpegCorrupt("a scan has no Huffman table");
    progress_[index].dc = &dc_[static_cast<std::size_t>(tables >> 4)];
    progress_[index].ac = &ac_[static_cast<std::size_t>(tables & 15)];
    scan.components.push_back(index);
  }
  const Bytes band = sos.subspan(1 + 2 * count);
  if (frame_.progressive) {
    scan.first = band[0];
    scan.last = band[1];
    scan.high_bit = band[2] >> 4;
    scan.low_bit = band[2] & 15;
    const bool dc_alone = scan.first == 0 && scan.last == 0;
    const bool ac_alone =
        scan.first > 0 && scan.last >= scan.first && scan.last < kCoefficients && count == 1;
    if ((!dc_alone && !ac_alone) || scan.low_bit > kMostShift) {
      return JpegCorrupt("a scan's coefficients have no meaning");
    }
  } else if (band[0] != 0 || band[2] != 0) {
    return JpegCorrupt("a scan's coefficients have no meaning");
  }
  return scan;
}

// Each coefficient is sent once, then made finer bit by bit, its block's mean first.
Status JpegScans::CheckBand(const Scan& scan) {
  for (const std::size_t component : scan.components) {
    std::array<int, 64>& low_bit = progress_[component].low_bit;
    for (int k = scan.first; k <= scan.last; ++k) {
      int& known = low_bit[static_cast<std::size_t>(k)];
      const bool first_time = scan.high_bit == 0;
      const bool in_order = first_time
                                ? known == kNotSent && (k == 0 || low_bit[0] != kNotSent)
                                : known == scan.high_bit && scan.low_bit == scan.high_bit - 1;
      if (!frame_.progressive) {
        if (known != kNotSent) return JpegCorrupt("a component is sent twice");
      } else if (!in_order) {
        return JpegCorrupt("its scans are out of order: one is missing or twice there");
      }
      known = scan.low_bit;
    }
  }
  return Ok();
}

Status JpegScans::CheckTables(const Scan& scan) const {
  for (const std::size_t component : scan.components) {
    const bool dc = scan.first == 0 && scan.high_bit == 0;
    const bool ac = scan.last > 0;
    if ((dc && !progress_[component].dc->defined()) ||
        (ac && !progress_[component].ac->defined())) {
      return JpegCorrupt("a scan has no Huffman table");
    }
    const auto table = static_cast<std::size_t>(frame_.components[component].quantisation);
    if (!quantisation_[table]) return JpegCorrupt("a component has no quantisation table");
  }
  return Ok();
}

Result<std::size_t> JpegScans::Read(Bytes file, Bytes sos, std::size_t at) {
  ECHOLENS_ASSIGN(const Scan scan, ReadHeader(sos));
  ECHOLENS_CHECK(CheckBand(scan));
  ECHOLENS_CHECK(CheckTables(scan));
  const bool interleaved = scan.components.size() > 1;
  const JpegComponent& only = frame_.components[scan.components[0]];
  const int wide = interleaved ? frame_.mcus_wide : only.blocks_wide;
  const int high = interleaved ? frame_.mcus_high : only.blocks_high;
  const std::int64_t mcus = std::int64_t{wide} * high;

  JpegBits bits(file, at);
  ended_bands_ = 0;
  int restarts = 0;
  std::int64_t mcu = 0;
  for (int y = 0; y < high; ++y) {
    for (int x = 0; x < wide; ++x) {
      if (!ReadMcu(scan, x, y, bits)) {
        return JpegCorrupt("its data end or make no sense after " + std::to_string(mcu) + " of " +
                           std::to_string(mcus) + " parts of a scan");
      }
      ++mcu;
      if (restart_interval_ == 0 || mcu % restart_interval_ != 0 || mcu == mcus) continue;
      std::size_t marker = bits.position();
      while (bits.AtMarker() && marker + 1 < file.size() && file[marker + 1] == 0xFF) ++marker;
      if (!bits.AtMarker() || marker + 1 >= file.size() ||
          file[marker + 1] != jpeg::kRst0 + restarts % 8) {
        return JpegCorrupt("a restart marker is missing or out of order");
      }
      bits = JpegBits(file, marker + 2);
      ended_bands_ = 0;
      ++restarts;
    }
  }
  if (!bits.OnlyFillLeft()) return JpegCorrupt("a scan has more data than its picture needs");
  return bits.position();
}

Status JpegScans::CheckComplete() const {
  for (const Progress& progress : progress_) {
    if (std::ranges::any_of(progress.low_bit, [](int bit) { return bit != 0; })) {
      return JpegCorrupt("a scan is missing");
    }
  }
  return Ok();
}

bool JpegScans::ReadMcu(const Scan& scan, int x, int y, JpegBits& bits) {
  if (scan.components.size() == 1) return ReadBlock(scan, scan.components[0], x, y, bits);
  for (const std::size_t index : scan.components) {
    const JpegComponent& component = frame_.components[index];
    for (int v = 0; v < component.vertical; ++v) {
      for (int h = 0; h < component.horizontal; ++h) {
        const int block_x = x * component.horizontal + h, block_y = y * component.vertical + v;
        if (!ReadBlock(scan, index, block_x, block_y, bits)) return false;
      }
    }
  }
  return true;
}

bool JpegScans::ReadBlock(const Scan& scan, std::size_t component, int x, int y, JpegBits& bits) {
  Progress& progress = progress_[component];
  if (!frame_.progressive) return ReadSequential(progress, bits);
  if (scan.first == 0) {
    if (scan.high_bit > 0) return bits.Skip(1);
    const int category = progress.dc->Decode(bits);
    return category >= 0 && category <= kMostBits && bits.Skip(category);
  }
  const std::size_t block =
      std::size_t(y) * std::size_t(frame_.components[component].padded_wide) + std::size_t(x);
  std::uint64_t& non_zero = progress.non_zero[block];
  return scan.high_bit == 0 ? ReadBand(scan, *progress.ac, non_zero, bits)
                            : RefineBand(scan, *progress.ac, non_zero, bits);
}

// T.81, F.2.2.
bool JpegScans::ReadSequential(const Progress& progress, JpegBits& bits) const {
  const int category = progress.dc->Decode(bits);
  if (category < 0 || category > kMostBits || !bits.Skip(category)) return false;
  for (int k = 1; k < kCoefficients; ++k) {
    const int symbol = progress.ac->Decode(bits);
    if (symbol < 0) return false;
    const int run = symbol >> 4, size = symbol & 15;
    if (size == 0 && symbol != kLongRun) break;  // end of block
    k += run;
    if (k >= kCoefficients || !bits.Skip(size)) return false;
  }
  return true;
}

// T.81, G.1.2.2: the band's first scan.
bool JpegScans::ReadBand(const Scan& scan, const JpegHuffman& ac, std::uint64_t& non_zero,
                         JpegBits& bits) {
  if (ended_bands_ > 0) return --ended_bands_, true;
  for (int k = scan.first; k <= scan.last; ++k) {
    const int symbol = ac.Decode(bits);
    if (symbol < 0) return false;
    const int run = symbol >> 4, size = symbol & 15;
    if (size == 0 && symbol != kLongRun) return ReadEndOfBands(run, bits);
    k += run;
    if (k > scan.last || size + scan.low_bit > kMostBits || !bits.Skip(size)) return false;
    if (size > 0) non_zero |= Bit(k);
  }
  return true;
}

// T.81, G.1.2.3: one more bit of each coefficient of the band, and those that become non-zero.
bool JpegScans::RefineBand(const Scan& scan, const JpegHuffman& ac, std::uint64_t& non_zero,
                           JpegBits& bits) {
  int k = scan.first;
  while (ended_bands_ == 0 && k <= scan.last) {
    const int symbol = ac.Decode(bits);
    if (symbol < 0) return false;
    int run = symbol >> 4;
    const int size = symbol & 15;
    if (size > 1 || (size == 1 && !bits.Skip(1))) return false;
    if (size == 0 && symbol != kLongRun) {
      if (!ReadEndOfBands(run, bits)) return false;
      ++ended_bands_;  // with this one, whose correction bits follow
      break;
    }
    for (; k <= scan.last; ++k) {
      if ((non_zero & Bit(k)) != 0) {
        if (!bits.Skip(1)) return false;
      } else if (run-- == 0) {
        break;
      }
    }
    if (k > scan.last && size > 0) return false;  // a new coefficient without a place
    if (k <= scan.last && size > 0) non_zero |= Bit(k);
    ++k;
  }
  if (ended_bands_ == 0) return true;
  --ended_bands_;
  for (; k <= scan.last; ++k) {
    if ((non_zero & Bit(k)) != 0 && !bits.Skip(1)) return false;
  }
  return true;
}

// How many blocks, after this one, have no code of the band.
bool JpegScans::ReadEndOfBands(int category, JpegBits& bits) {
  const int extra = bits.Read(category);
  ended_bands_ = (1 << category) + extra - 1;
  return extra >= 0;
}

}  // namespace echolens
