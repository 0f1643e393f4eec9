// A token of SoftHSM2 in a folder of its own, made with SoftHSM2's and OpenSC's own commands.
#pragma once

#include <filesystem>
#include <string>

#include "cicada/base/bytes.h"
#include "folder.h"

namespace cicada::tests {

/// While it lives, SOFTHSM2_CONF names it. One at a time in a process. Throws when a command fails.
class SoftToken {
 public:
  static constexpr const char* kLabel = "cicada test";
  /// Long enough to be looked for in what a run leaves.
  static constexpr const char* kPin = "4829-cicada-15";

  SoftToken();
  SoftToken(const SoftToken&) = delete;
  SoftToken& operator=(const SoftToken&) = delete;
  SoftToken(SoftToken&&) = delete;
  SoftToken& operator=(SoftToken&&) = delete;
  ~SoftToken();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }
  /// The PIN's own file, mode 0600.
  [[nodiscard]] std::filesystem::path pin_file() const { return folder_ / "pin"; }
  /// A key pair out of a PKCS#8 PEM.
  void import_pair(const std::string& label, const std::string& id, base::ByteView pem) const;
  /// A secret AES key that may sign (CMAC).
  void import_aes(const std::string& label, const std::string& id, base::ByteView key) const;
  /// pkcs11-tool with the token's module, label and PIN; what it prints.
  [[nodiscard]] std::string pkcs11_tool(const std::string& arguments) const;

  /// SoftHSM2's library, and the one that makes trouble in front of it (token_trouble.c).
  [[nodiscard]] static std::filesystem::path module();
  [[nodiscard]] static std::filesystem::path trouble_module();

 private:
  Folder folder_;
};

/// What a shell prints; throws when the command fails.
std::string output_of_shell(const std::string& command);

}  // namespace cicada::tests
