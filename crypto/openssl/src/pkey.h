// Owners of the library's key objects, and a context that outlives one signature.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <atomic>
#include <memory>

#include "library.h"

namespace cicada::crypto::openssl {

using Bignum = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using Point = std::unique_ptr<EC_POINT, FreeWith<EC_POINT_clear_free>>;

/// Keeps one context of a key, ready for `Init`'s operation. Setting one up costs 4 us, a seventh of a P-256
/// signature. Threads may use the key at the same time: who finds the place empty sets up a context of his own.
template <int (*Init)(EVP_PKEY_CTX*)>
class KeptContext {
 public:
  KeptContext() = default;
  KeptContext(const KeptContext&) = delete;
  KeptContext& operator=(const KeptContext&) = delete;
  KeptContext(KeptContext&&) = delete;
  KeptContext& operator=(KeptContext&&) = delete;
  ~KeptContext() { PkeyContext{kept_.load()}; }

  /// Null when the library refuses.
  [[nodiscard]] PkeyContext take(EVP_PKEY* key) noexcept {
    PkeyContext context{kept_.exchange(nullptr)};
    if (context) return context;
    context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (context && Init(context.get()) != 1) context.reset();
    return context;
  }
  /// Only after success: nobody knows what a failure left in the context.
  void give_back(PkeyContext context) noexcept { PkeyContext{kept_.exchange(context.release())}; }

 private:
  std::atomic<EVP_PKEY_CTX*> kept_{nullptr};
};

}  // namespace cicada::crypto::openssl
