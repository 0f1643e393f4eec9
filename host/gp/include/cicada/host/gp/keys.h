// The keys that open a chip for writing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::host::gp {

/// What a static key is for; a tag, so that K-ENC cannot be passed where K-MAC is wanted.
struct ForChannelEncryption;
struct ForChannelMac;
struct ForDataEncryption;
struct ForDiversification;

/// A static key: 16 octets (two-key 3DES, AES-128), 24 or 32 (AES-192, AES-256), and one use. Move-only, wiped on
/// destruction and when moved from; `expose()` is the one way out.
template <typename Use>
class StaticKey {
 public:
  static constexpr std::size_t kSize = 16;  ///< octets of a key that is made without saying how many
  static constexpr std::size_t kMaxSize = 32;

  StaticKey() = default;
  explicit StaticKey(std::span<const std::uint8_t, 16> octets) noexcept { take(octets); }
  explicit StaticKey(std::span<const std::uint8_t, 24> octets) noexcept { take(octets); }
  explicit StaticKey(std::span<const std::uint8_t, 32> octets) noexcept { take(octets); }
  /// Fails with bad_input when there are not 16, 24 or 32 octets.
  [[nodiscard]] static base::Result<StaticKey> copy_of(base::ByteView octets) {
    if (octets.size() != 16 && octets.size() != 24 && octets.size() != kMaxSize) {
      return base::fail(
          {.fault = base::Fault::bad_input, .what = "a static key has 16, 24 or 32 octets", .at = octets.size()});
    }
    StaticKey key;
    key.take(octets);
    return key;
  }

  StaticKey(const StaticKey&) = delete;
  StaticKey& operator=(const StaticKey&) = delete;
  StaticKey(StaticKey&& other) noexcept : octets_(other.octets_), size_(other.size_) { base::wipe(other.octets_); }
  StaticKey& operator=(StaticKey&& other) noexcept {
    if (this != &other) {
      octets_ = other.octets_;
      size_ = other.size_;
      base::wipe(other.octets_);
    }
    return *this;
  }
  ~StaticKey() { base::wipe(octets_); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] base::ByteView expose() const noexcept { return base::ByteView{octets_}.first(size_); }
  /// For functions that write a key in place (a KDF).
  [[nodiscard]] base::MutableByteView expose_for_writing() noexcept {
    return base::MutableByteView{octets_}.first(size_);
  }
  [[nodiscard]] StaticKey clone() const {
    StaticKey copy;
    copy.take(expose());
    return copy;
  }

 private:
  void take(base::ByteView octets) noexcept {
    std::ranges::copy(octets, octets_.begin());
    size_ = octets.size();
  }

  std::array<std::uint8_t, kMaxSize> octets_{};
  std::size_t size_ = kSize;
};

using KEnc = StaticKey<ForChannelEncryption>;  ///< derives S-ENC and encrypts nothing itself
using KMac = StaticKey<ForChannelMac>;         ///< derives S-MAC and S-RMAC
using KDek = StaticKey<ForDataEncryption>;     ///< SCP03: encrypts keys sent to the card; SCP02: derives what does

/// The three static keys of a chip's secure channel (Amendment D §4.1.1; Card Specification §E.4.1): the transport keys
/// until the card is locked. All have one size; AES for SCP03, two-key 3DES (16 octets) for SCP02.
struct StaticKeys {
  KEnc k_enc;
  KMac k_mac;
  KDek k_dek;
};

/// The key that a chip supplier and an issuer share; every chip's static keys are derived from it.
using MasterKey = StaticKey<ForDiversification>;

/// Key diversification data: the first 10 octets of the answer to INITIALIZE UPDATE. A Cicada card puts its chip
/// serial there.
using ChipSerial = std::array<std::uint8_t, 10>;

/// Finds the static keys of the chip with this serial; called once, after INITIALIZE UPDATE.
using KeySource = std::function<base::Result<StaticKeys>(const ChipSerial& serial)>;

}  // namespace cicada::host::gp
