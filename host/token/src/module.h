// A PKCS#11 library in this process.
#pragma once

#include <p11-kit/pkcs11.h>

#include <filesystem>
#include <memory>
#include <string>

#include "cicada/base/error.h"

namespace cicada::host::token {

/// Loaded and initialized as long as anybody holds it. Threads may share it.
class Module {
 public:
  /// Fails with not_found when the file is no PKCS#11 library, or with what its initialization said.
  [[nodiscard]] static base::Result<std::shared_ptr<const Module>> load(const std::filesystem::path& library);
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  Module(Module&&) = delete;
  Module& operator=(Module&&) = delete;
  ~Module();

  [[nodiscard]] CK_FUNCTION_LIST& functions() const noexcept { return *functions_; }
  /// The slot in which the token with this label is now. Fails with transport when it is not there: it may come back.
  [[nodiscard]] base::Result<CK_SLOT_ID> find_token(const std::string& label) const;

 private:
  explicit Module(CK_FUNCTION_LIST* functions) noexcept : functions_(functions) {}
  CK_FUNCTION_LIST* functions_;
};

}  // namespace cicada::host::token
