// Follows the entropy-coded data of a JPEG block by block, without computing a pixel: stb_image
// fills up with zeros where data are missing, and calls the result a picture.
#pragma once

#include <array>
#include <vector>

#include "image/jpeg_bits.h"
#include "image/jpeg_segment.h"

namespace echolens {

// One file's scans, in order. Errors of all: kImageCorrupt.
class JpegScans {
 public:
  // Errors: kOutOfMemory.
  static Result<JpegScans> Create(const JpegFrame& frame);

  Status DefineHuffman(Bytes dht);
  Status DefineQuantisation(Bytes dqt);
  Status DefineRestart(Bytes dri);

  // Reads the scan whose header is `sos` and whose data begin at `at`; where its data end.
  Result<std::size_t> Read(Bytes file, Bytes sos, std::size_t at);

  // Was everything sent: every component, every coefficient, to the last bit?
  Status CheckComplete() const;

 private:
  static constexpr int kNotSent = -1;

  // What the scans so far have said of a component.
  struct Progress {
    std::array<int, 64> low_bit;          // of each coefficient; kNotSent
    std::vector<std::uint64_t> non_zero;  // progressive: by block, a bit a coefficient
    const JpegHuffman* dc = nullptr;      // of this scan
    const JpegHuffman* ac = nullptr;
  };

  struct Scan {
    std::vector<std::size_t> components;
    int first = 0, last = 63;       // coefficients, in zigzag order
    int high_bit = 0, low_bit = 0;  // successive approximation: from, to; 0 from: first time
  };

  explicit JpegScans(const JpegFrame& frame) : frame_(frame), progress_(frame.components.size()) {}

  Result<Scan> ReadHeader(Bytes sos);
  Status CheckBand(const Scan& scan);
  Status CheckTables(const Scan& scan) const;
  bool ReadMcu(const Scan& scan, int x, int y, JpegBits& bits);
  bool ReadBlock(const Scan& scan, std::size_t component, int x, int y, JpegBits& bits);
  bool ReadSequential(const Progress& progress, JpegBits& bits) const;
  bool ReadBand(const Scan& scan, const JpegHuffman& ac, std::uint64_t& non_zero, JpegBits& bits);
  bool RefineBand(const Scan& scan, const JpegHuffman& ac, std::uint64_t& non_zero, JpegBits& bits);
  bool ReadEndOfBands(int category, JpegBits& bits);

  JpegFrame frame_;
  std::vector<Progress> progress_;  // by component
  std::array<JpegHuffman, 4> dc_, ac_;
  std::array<bool, 4> quantisation_{};
  int restart_interval_ = 0;  // MCUs; 0: none
  int ended_bands_ = 0;       // blocks that follow without a code of this band
};

}  // namespace echolens
