/**
 * Everything that is fetched, pinned. Debian's upstream archives are checked by SHA-256; elsewhere git fetches the
 * same commit from its home, and the commit's own hash is the check.
 */
export const pins = {
  /** Compiles the engine to WebAssembly. binaryen: Debian 12's wasm-opt is too old for it. */
  emscripten: {
    minimum: "3.1.60",
    debian: ["emscripten/trixie", "node-acorn/bookworm", "clang-19/bookworm", "lld-19/bookworm", "llvm-19/bookworm",
      "llvm-19-linker-tools/bookworm", "libclang-cpp19/bookworm", "libclang1-19/bookworm",
      "libclang-common-19-dev/bookworm", "libclang-rt-19-dev/bookworm", "libllvm19/bookworm", "clang-format-19/bookworm"],
    binaryen: "120.0.0"
  },
  /** Tells XNNPACK which instructions the processor has (native builds). */
  cpuinfo: {
    debian: ["libcpuinfo-dev/trixie", "libcpuinfo0/trixie"]
  },
  /** Web servers for the tests of deploy/: unpacked, so that no service starts on this machine. */
  servers: {
    debian: ["nginx/bookworm", "nginx-common/bookworm", "apache2-bin/bookworm", "libapr1/bookworm", "libaprutil1/bookworm",
      "media-types/bookworm"]
  },
  /** XNNPACK (kernels) with the three libraries it includes, and stb (image decoding). */
  sources: {
    xnnpack: {
      home: "https://github.com/google/XNNPACK", commit: "4ea82e595b36106653175dcb04b2aa532660d0d8",
      debian: "xnnpack", version: "0.0~git20241108.4ea82e5",
      sha256: "90bde2caef0f880f627bab0dc805a86c4b8070cd98e3243db3046ab3f3be1a99"
    },
    pthreadpool: {
      home: "https://github.com/Maratyszcza/pthreadpool", commit: "560c60d342a76076f0557a3946924c6478470044",
      debian: "pthreadpool", version: "0.0~git20240616.560c60d",
      sha256: "4cc3cbd933b28131d2a34edc54f76af9fb41bc490af5eae1a5bd3cd07ea90708"
    },
    fxdiv: {
      home: "https://github.com/Maratyszcza/FXdiv", commit: "b408327ac2a15ec3e43352421954f5b1967701d1",
      debian: "fxdiv", version: "0.0~git20200417.b408327",
      sha256: "7953482badaf4cb34026c3487c257b8e4ab2df061c019bd6fabbbc12ad52c44b"
    },
    fp16: {
      home: "https://github.com/Maratyszcza/FP16", commit: "4dfe081cf6bcd15db339cf2680b9281b8451eeb3",
      debian: "fp16", version: "0.0~git20200514.4dfe081",
      sha256: "7d7782b37b74136e0e12593a2a93ccbe7db831f4374cc408e44623d9b708b54e"
    },
    stb: {
      home: "https://github.com/nothings/stb", commit: "5c205738c191bcb0abc65c4febfa9bd25ff35234",
      debian: "libstb", version: "0.0~git20241109.5c20573+ds",
      sha256: "a3a5820445a7dd063516bb542a5cd54ced8efc9c5a30bfbaae1bab6dec2c1a74"
    },
    cpuinfo: {
      home: "https://github.com/pytorch/cpuinfo", commit: "39ea79a3c132f4e678695c579ea9353d2bd29968"
    }
  },
  /** Packages of the machine's own Debian or Ubuntu release, by what they are needed for. */
  system: {
    web: ["cmake", "ninja-build", "python3", "xz-utils", "flatbuffers-compiler", "libflatbuffers-dev", "doctest-dev"],
    native: ["g++", "libcli11-dev", "nlohmann-json3-dev", "libzip-dev", "protobuf-compiler", "libprotobuf-dev"],
    test: ["chromium", "firefox-esr", "webkit2gtk-driver", "xvfb", "ccache"]
  }
};
