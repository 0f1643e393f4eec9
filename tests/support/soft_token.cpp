#include "soft_token.h"

#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "cicada/base/file.h"

namespace cicada::tests {

namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, base::ByteView content) {
  if (!base::write_file(file, content, 0600)) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

std::string output_of_shell(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no shell");
  std::string text;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  if (::pclose(pipe) != 0) throw std::runtime_error(command + ": " + text);
  return text;
}

SoftToken::SoftToken() {
  fs::create_directory(folder_ / "tokens");
  const auto configuration = folder_ / "softhsm2.conf";
  std::ofstream{configuration} << "directories.tokendir = " << (folder_ / "tokens").string()
                               << "\nobjectstore.backend = file\nlog.level = ERROR\n";
  ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
  std::string init = "softhsm2-util --init-token --free --so-pin 11223344 --label '";
  init.append(kLabel).append("' --pin ").append(kPin);
  output_of_shell(init);
  write(pin_file(), base::as_bytes(std::string{kPin} + "\n"));
}

SoftToken::~SoftToken() {
  ::unsetenv("SOFTHSM2_CONF");
}

void SoftToken::import_pair(const std::string& label, const std::string& id, base::ByteView pem) const {
  write(folder_ / "import.pem", pem);
  output_of_shell(std::string{"softhsm2-util --import '"} + (folder_ / "import.pem").string() + "' --token '" + kLabel +
                  "' --label '" + label + "' --id " + id + " --pin " + kPin);
}

void SoftToken::import_aes(const std::string& label, const std::string& id, base::ByteView key) const {
  write(folder_ / "import.bin", key);
  static_cast<void>(pkcs11_tool("--login --write-object '" + (folder_ / "import.bin").string() +
                                "' --type secrkey --key-type AES:" + std::to_string(key.size()) +
                                " --usage-sign --sensitive --label '" + label + "' --id " + id));
}

std::string SoftToken::pkcs11_tool(const std::string& arguments) const {
  return output_of_shell("pkcs11-tool --module '" + module().string() + "' --token-label '" + kLabel + "' --pin " +
                         kPin + " " + arguments);
}

fs::path SoftToken::module() {
  return "/usr/lib/softhsm/libsofthsm2.so";
}

fs::path SoftToken::trouble_module() {
  return CICADA_TOKEN_TROUBLE;
}

}  // namespace cicada::tests
