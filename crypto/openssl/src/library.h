// What the room's files share: owners of library objects, and how a refusal of the library becomes an Error.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

#include "cicada/base/error.h"

namespace cicada::crypto::openssl {

/// Frees a library object with the library's own function.
template <auto Function>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    Function(object);
  }
};

using MdContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;

/// The library said no. Its error queue is emptied, so that nobody finds this failure later and takes it for his own.
[[nodiscard]] inline std::unexpected<base::Error> refused(base::Literal what, base::Fault fault = base::Fault::crypto) {
  ERR_clear_error();
  return base::fail({.fault = fault, .what = what});
}

}  // namespace cicada::crypto::openssl
