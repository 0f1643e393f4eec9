// What the key objects hold.
#pragma once

#include <atomic>
#include <utility>

#include "cicada/crypto/openssl/ec.h"
#include "pkey.h"

namespace cicada::crypto::openssl {

struct EcPublicKey::State {
  State(Curve on, base::Bytes octets) noexcept : curve(on), point(std::move(octets)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() { Pkey{made_.load()}; }

  /// The library's key, made when it is first needed: most points are only looked at, and making a key of one takes
  /// 30 us, as long as a signature. Threads may come at the same time; one of their keys stays.
  [[nodiscard]] base::Result<EVP_PKEY*> key();

  Curve curve;
  base::Bytes point;
  KeptContext<EVP_PKEY_verify_init> verifying{};

 private:
  std::atomic<EVP_PKEY*> made_{nullptr};
};

struct EcPrivateKey::State {
  Curve curve;
  base::Bytes point;
  Pkey key;
  KeptContext<EVP_PKEY_sign_init> signing{};
};

/// The private number of a key on `curve`, order_size octets.
[[nodiscard]] base::Result<base::SecretBytes> private_scalar(const EVP_PKEY& key, Curve curve);

}  // namespace cicada::crypto::openssl
