// Message authentication codes.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::crypto::mbedtls {

/// ISO/IEC 9797-1 MAC algorithm 3 with DES ("retail MAC"): 16-octet key, 8-octet value. The caller pads: the data is
/// a whole number of 8-octet blocks (padding belongs to the protocol, 9303-11 §9.8.6). The key schedules are computed
/// once and wiped with the object. One object serves one thread at a time.
class RetailMac {
 public:
  /// Fails with bad_input when the key has not 16 octets.
  [[nodiscard]] static base::Result<RetailMac> create(base::ByteView key);
  RetailMac(const RetailMac&) = delete;
  RetailMac& operator=(const RetailMac&) = delete;
  RetailMac(RetailMac&&) noexcept;
  RetailMac& operator=(RetailMac&&) noexcept;
  ~RetailMac();

  /// The MAC over the parts joined, which together are a whole and positive number of blocks; else bad_input.
  [[nodiscard]] base::Result<std::array<std::uint8_t, 8>> compute(std::initializer_list<base::ByteView> parts) const;

 private:
  struct State;
  explicit RetailMac(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// AES-CMAC (SP 800-38B), full 16-octet value; protocols truncate it themselves. Key 16, 24 or 32 octets. The key
/// schedule is computed once and wiped with the object. One object serves one thread at a time.
class Cmac {
 public:
  /// Fails with bad_input when the key has not 16, 24 or 32 octets.
  [[nodiscard]] static base::Result<Cmac> create(base::ByteView key);
  Cmac(const Cmac&) = delete;
  Cmac& operator=(const Cmac&) = delete;
  Cmac(Cmac&&) noexcept;
  Cmac& operator=(Cmac&&) noexcept;
  ~Cmac();

  /// The CMAC over the parts joined; any length, also none.
  [[nodiscard]] base::Result<std::array<std::uint8_t, 16>> compute(std::initializer_list<base::ByteView> parts) const;

 private:
  struct State;
  explicit Cmac(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::crypto::mbedtls
