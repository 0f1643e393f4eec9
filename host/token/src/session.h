// One logged-in session with a token: what its thread does with it.
#pragma once

#include <p11-kit/pkcs11.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"
#include "cicada/host/token/token.h"
#include "module.h"

namespace cicada::host::token {

/// What all sessions of a token need to open. Threads share it.
struct Access {
  std::shared_ptr<const Module> module;
  std::string label;
  base::SecretBytes pin;
  std::mutex logging_in = {};
  std::optional<base::Error> refused = {};  ///< the token did not take the PIN; under `logging_in`
};

/// Serves one thread. Opens itself when it is needed, and again after it broke.
class Session {
 public:
  explicit Session(std::shared_ptr<Access> access) : access_(std::move(access)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  Session(Session&&) = delete;
  Session& operator=(Session&&) = delete;
  ~Session() { close(); }

  [[nodiscard]] base::Result<void> open();
  void close() noexcept;
  /// Closes when after this failure nobody knows what state the session is in.
  void note(const base::Error& error) noexcept;

  [[nodiscard]] base::Result<TokenPublic> public_half(const std::string& label);
  /// The raw signature: what C_Sign gives.
  [[nodiscard]] base::Result<base::Bytes> sign(const std::string& label, CK_OBJECT_CLASS of,
                                               CK_MECHANISM_TYPE mechanism, base::ByteView data, std::size_t most);

 private:
  [[nodiscard]] base::Result<void> log_in();
  [[nodiscard]] base::Result<CK_OBJECT_HANDLE> find(const std::string& label, CK_OBJECT_CLASS of);
  [[nodiscard]] base::Result<base::Bytes> attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
  [[nodiscard]] CK_FUNCTION_LIST& p11() const noexcept { return access_->module->functions(); }

  std::shared_ptr<Access> access_;
  CK_SESSION_HANDLE handle_ = CK_INVALID_HANDLE;
  std::map<std::pair<CK_OBJECT_CLASS, std::string>, CK_OBJECT_HANDLE> keys_;
};

}  // namespace cicada::host::token
