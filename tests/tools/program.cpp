#include "tools/program.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>

#include "bmp.h"
#include "model/sample_models.h"
#include "reading/golden.h"
#include "runtime/engine.h"

namespace fs = std::filesystem;
using namespace echolens;

namespace {

// Starts the program with these files as its standard input, output and error.
pid_t Start(const Arguments& arguments, std::array<int, 3> files, const fs::path& folder = ".") {
  std::vector<std::string> words{ECHOLENS_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  signal(SIGPIPE, SIG_IGN);  // a program that ends before it has read all must not end the tests
  const pid_t process = fork();
  REQUIRE(process >= 0);
  if (process > 0) return process;
  signal(SIGPIPE, SIG_DFL);
  if (chdir(folder.c_str()) != 0) _exit(126);
  for (int i = 0; i < 3; ++i) dup2(files[static_cast<std::size_t>(i)], i);
  execv(ECHOLENS_PROGRAM, argv.data());
  _exit(127);
}

int WaitFor(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0) REQUIRE(errno == EINTR);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string ReadText(const std::string& path) {
  const auto bytes = ReadBytes(path);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Finished RunProgram(const Arguments& arguments, const std::string& input, const fs::path& folder,
                    const std::string& output) {
  const TemporaryFolder own;
  const std::string in = own.Add("in", input), out = own / "out", err = own / "err";
  const std::string& target = output.empty() ? out : output;
  const std::array files{open(in.c_str(), O_RDONLY | O_CLOEXEC),
                         open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600),
                         open(err.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  const pid_t process = Start(arguments, files, folder);
  for (const int file : files) close(file);
  const int exit = WaitFor(process);
  return {exit, ReadText(out), ReadText(err)};
}

RunningProgram::RunningProgram(const Arguments& arguments) {
  std::array<int, 2> in{}, out{};
  REQUIRE(pipe2(in.data(), O_CLOEXEC) == 0);
  REQUIRE(pipe2(out.data(), O_CLOEXEC) == 0);
  const int err = open((folder_ / "err").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  process_ = Start(arguments, {in[0], out[1], err});
  close(err);
  close(in[0]);
  close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

RunningProgram::~RunningProgram() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    WaitFor(process_);
  }
  CloseOutput();
  CloseInput();
}

void RunningProgram::Write(std::string_view text) {
  REQUIRE(write(input_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string RunningProgram::ReadLine() {
  std::string line;
  for (char c; !line.ends_with('\n') && read(output_, &c, 1) == 1;) line += c;
  return line;
}

void RunningProgram::CloseInput() {
  if (input_ >= 0) close(input_);
  input_ = -1;
}

void RunningProgram::CloseOutput() {
  if (output_ >= 0) close(output_);
  output_ = -1;
}

void RunningProgram::Interrupt() { kill(process_, SIGINT); }

int RunningProgram::Wait() {
  const int exit = WaitFor(process_);
  process_ = -1;
  return exit;
}

std::string RunningProgram::Errors() const { return ReadText(folder_ / "err"); }

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "echolens-test-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::Add(const std::string& name,
                                 const std::vector<std::uint8_t>& bytes) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return file.string();
}

std::string TemporaryFolder::Add(const std::string& name, std::string_view text) const {
  return Add(name, std::vector<std::uint8_t>(text.begin(), text.end()));
}

std::vector<std::uint8_t> ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::uint8_t> ClassifierFile(ModelFile model) {
  Result<Engine> engine = Engine::Create(model.graph);
  REQUIRE(engine.ok());
  const Result<GoldenCase> golden = MakeGoldenCase(*engine, model.metadata->preprocessing, 7);
  REQUIRE(golden.ok());
  model.metadata->golden = *golden;
  return WriteTflite(model);
}

std::vector<std::uint8_t> SmallClassifier(DataType type) {
  return ClassifierFile(SmallModel(type));
}

std::vector<std::uint8_t> SmallPicture(std::uint32_t seed) {
  return tools::BmpFile(*GoldenImage(seed, 144, 96));
}

std::string OperatorFile(const std::string& name) {
  return std::string(TEST_DATA) + "/operators/" + name;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}
